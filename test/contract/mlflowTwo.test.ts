import { mlflowContract } from './mlflowContract';

mlflowContract('2.22 on S3');
mlflowContract('2.22 on PostgreSQL');
