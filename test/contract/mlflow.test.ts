import { mlflowContract } from './mlflowContract';

mlflowContract('slim');
mlflowContract('unproxied');
mlflowContract('PostgreSQL');
mlflowContract('2.22');
