import { mlflowContract } from './mlflowContract';

mlflowContract('S3 proxied');
mlflowContract('S3 direct', 'python');
