/** Ports and folders of the configuration. */
export interface Places {
  readonly folder: string;
  readonly port: number;
  readonly gateway: number;
  readonly floor: number;
  readonly node: number;
}

const ASKED = `
  proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass_request_body off;
  proxy_set_header Content-Length ""; proxy_set_header X-Original-Method $request_method;
  proxy_set_header X-Original-URI $request_uri; proxy_set_header X-Forwarded-For $remote_addr;`;

/** What decides, for a permit that nginx keeps: everything that the gateway looks at. */
const KEY =
  '"$http_cookie\\n$http_authorization\\n$request_method\\n$request_uri\\n$remote_addr\\n$http_user_agent\\n$http_curfew_activity' +
  '\\n$http_curfew_attention\\n$http_sec_fetch_mode\\n$http_sec_fetch_user\\n$http_sec_fetch_dest\\n$http_sec_purpose' +
  '\\n$http_purpose\\n$http_accept\\n$http_x_requested_with"';

/** One static file, bare and behind several things that are asked first. */
export function nginxConf({ folder, port, gateway, floor, node }: Places): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (one) => `${one}_temp_path ${folder}/${one};`,
  );
  const guarded = (name: string) => `
    location /${name}/ { alias ${folder}/static/; auth_request /_${name};
      auth_request_set $s $upstream_http_x_curfew_subject; }`;
  const asked = (name: string, upstream: string, more = '') => `
    location = /_${name} { internal; proxy_pass http://${upstream}/auth; ${ASKED} ${more} }`;
  const kept = `proxy_cache kept; proxy_cache_key ${KEY}; proxy_ignore_headers Cache-Control Expires Vary Set-Cookie;`;
  return `daemon off; master_process off; pid ${folder}/pid; error_log stderr warn;
events { worker_connections 4096; }
http {
  access_log off; ${temporary.join(' ')} keepalive_requests 1000000000;
  open_file_cache max=100; sendfile on;
  proxy_cache_path ${folder}/kept keys_zone=kept:10m inactive=10s;
  upstream gateway { server 127.0.0.1:${gateway}; keepalive 128; keepalive_requests 1000000000; }
  upstream floor { server 127.0.0.1:${floor}; keepalive 128; keepalive_requests 1000000000; }
  upstream node { server 127.0.0.1:${node}; keepalive 128; keepalive_requests 1000000000; }
  server {
    listen ${port};
    location /bare/ { alias ${folder}/static/; }
    ${['gateway', 'floor', 'node', 'kept'].map(guarded).join('')}
    ${asked('gateway', 'gateway')} ${asked('floor', 'floor')} ${asked('node', 'node')}
    ${asked('kept', 'gateway', kept)}
  }
}`;
}

/** The least that can be asked: another nginx that says yes. */
export function floorConf(folder: string, port: number): string {
  return `daemon off; master_process off; pid ${folder}/floor.pid; error_log stderr warn;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 1000000000;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((one) => `${one}_temp_path ${folder}/f_${one};`).join(' ')}
  server { listen ${port}; location / { return 204; } } }`;
}
