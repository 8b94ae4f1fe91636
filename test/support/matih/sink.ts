import { buffer } from 'node:stream/consumers';
import { listening } from '../listening';

/** A MATIH of one run that keeps no file: it only counts bytes, as fast as it can. */
export async function startSink(): Promise<{ readonly url: string; readonly bytes: () => number; close(): Promise<void> }> {
  let bytes = 0;
  let status = 'running';
  let tags: Readonly<Record<string, string>> = {};
  const run = (): object => ({ run_id: 'r-1', experiment_id: 'e-1', name: 'large', status, tags });
  const json = async (body: AsyncIterable<Buffer>): Promise<Record<string, any>> => JSON.parse((await buffer(body)).toString('utf8')) as Record<string, any>;
  const server = await listening(async (request, response) => {
    const route = `${request.method ?? ''} ${(request.url ?? '').replace(/^\/api\/v1\/experiments/u, '').replace(/\?.*$/u, '')}`;
    let answer: unknown = {};
    switch (route) {
      case 'GET ':
        answer = { experiments: [{ id: 'e-1', name: 'ml-artifacts' }], total: 1 };
        break;
      case 'GET /runs':
        answer = { runs: [run()], total: 1 };
        break;
      case 'POST /runs':
        ({ tags } = await json(request) as { tags: typeof tags });
        status = 'running';
        answer = run();
        break;
      case 'GET /runs/r-1':
        answer = run();
        break;
      case 'POST /runs/r-1/log-batch':
        tags = { ...tags, ...(await json(request))['tags'] };
        break;
      case 'POST /runs/r-1/end':
        ({ status } = await json(request) as { status: string });
        break;
      default: {
        let [first, last] = ['', ''];
        for await (const chunk of request as AsyncIterable<Buffer>) {
          bytes += chunk.length;
          first ||= chunk.subarray(0, 300).toString('latin1');
          last = (last + chunk.subarray(-300).toString('latin1')).slice(-300);
        }
        const [, name = ''] = /filename="([^"]*)"/u.exec(first) ?? [];
        const [, folder = ''] = /name="artifact_path"\r\n\r\n([^\r]*)\r\n/u.exec(first.includes('artifact_path') ? first : last) ?? [];
        answer = { message: 'Artifact logged', run_id: 'r-1', artifact: folder + name };
      }
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  return { url: server.url, bytes: () => bytes, close: () => server.close() };
}
