import { mlflowContract } from './mlflowContract';

mlflowContract('slim');
mlflowContract('unproxied', 'python');
mlflowContract('PostgreSQL');
mlflowContract('2.22');
