/** Leads a server: ends it with all that it started when its own input ends, which happens in whatever way the window goes. */
interface Guarded {
  readonly file: string;
  readonly args: readonly string[];
}

/** In a process group of its own, which a server that ends by itself takes along. */
const IN_GROUP = '("$@" </dev/null; kill -KILL 0) & trap "" TERM; cat >/dev/null; kill -TERM 0; sleep 1; kill -KILL 0';

/**
 * Windows has no such groups, and a plain child of ours would end together with us, without a chance to end others. Before it reads
 * it starts the server: a process that starts while its parent's input is being read may wait for that.
 */
const ON_WINDOWS = `
import os, subprocess, sys, threading
hidden = {"stdin": subprocess.DEVNULL, "creationflags": getattr(subprocess, "CREATE_NO_WINDOW", 0)}
server = subprocess.Popen(sys.argv[1:], **hidden)
threading.Thread(target=lambda: (server.wait(), os._exit(1)), daemon=True).start()
while os.read(0, 4096):
    pass
taskkill = os.path.join(os.environ.get("SystemRoot", "C:\\\\Windows"), "System32", "taskkill.exe")
subprocess.call([taskkill, "/pid", str(server.pid), "/T", "/F"], stdout=subprocess.DEVNULL, **hidden)
os._exit(1)
`;

/** To be started apart from this process (`detached`), with a pipe as its input. */
export function guarded(python: string, args: readonly string[], platform: NodeJS.Platform): Guarded {
  return platform === 'win32'
    // Isolated: files of the folder are no modules of the guard's.
    ? { file: python, args: ['-I', '-c', ON_WINDOWS, python, ...args] }
    : { file: '/bin/sh', args: ['-c', IN_GROUP, 'sh', python, ...args] };
}
