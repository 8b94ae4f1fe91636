import { mlflowContract } from './mlflowContract';

mlflowContract('slim');
mlflowContract('PostgreSQL');
mlflowContract('2.22');
