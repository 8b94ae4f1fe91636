import { unsupported } from '../../../model/errors';

/** What there is to say of a server that ends each request after a while: MLflow before 3.3 does, unless it is told otherwise. */
export const cutOff = (path: string): Error =>
  unsupported(`The server ends each request after half a minute, before ${path} is through. Whoever runs it can start it with --gunicorn-opts "--timeout 600".`);
