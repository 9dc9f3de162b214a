import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

const types = { A: 1, SRV: 33 } as const;

type DnsRecord =
  | { type: 'A'; address: string; ttl: number }
  | { type: 'SRV'; target: string; port: number; priority: number; ttl: number };

/** A DNS server on UDP that answers from a table, or not at all. */
export class NameServer {
  readonly records = new Map<string, DnsRecord[]>();
  isSilent = false;
  queries = 0;

  private constructor(private readonly socket: Socket) {
    socket.on('message', (query, from) => {
      this.queries += 1;
      if (!this.isSilent) socket.send(this.#answer(query), from.port, from.address);
    });
  }

  static async start(): Promise<NameServer> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new NameServer(socket);
  }

  /** For `Resolver.setServers`. */
  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  async stop(): Promise<void> {
    this.socket.close();
    await once(this.socket, 'close');
  }

  /** One question, answered with every record of its name and type; NXDOMAIN for names that are not in the table. */
  #answer(query: Buffer): Buffer {
    const { name, end } = readName(query);
    const type = query.readUInt16BE(end);
    const all = this.records.get(name);
    const records = (all ?? []).filter((record) => types[record.type] === type);
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(all === undefined ? 0x81_83 : 0x81_80, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    return Buffer.concat([header, query.subarray(12, end + 4), ...records.map(encode)]);
  }
}

function readName(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] as number; length > 0; length = query[at] as number) {
    labels.push(query.toString('ascii', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

function encode(record: DnsRecord): Buffer {
  const data =
    record.type === 'A'
      ? Buffer.from(record.address.split('.').map(Number))
      : Buffer.concat([uint16(record.priority), uint16(1), uint16(record.port), encodeName(record.target)]);
  const ttl = Buffer.alloc(4);
  ttl.writeUInt32BE(record.ttl);
  // The name is the one of the question, at offset 12.
  return Buffer.concat([uint16(0xc0_0c), uint16(types[record.type]), uint16(1), ttl, uint16(data.length), data]);
}

function encodeName(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
