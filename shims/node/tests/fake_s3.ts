import { createHash } from "node:crypto";
import { type Answer, type Request, serve } from "./fake_aws.ts";

interface Stored {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly modified: Date;
  readonly marks: string;
}

/** A list gives so many keys at once. */
const PAGE = 2;

/** Speaks as much of S3's protocol as files need, with one bucket. */
export class FakeS3 {
  /** What was called, by the actions that IAM asks for. */
  readonly actions: string[] = [];
  readonly objects = new Map<string, Stored>();
  /** Called before each write, to be another writer. */
  beforeWrite: (() => void) | undefined;
  /** How many of the next writes are done without that anybody is told. */
  lost = 0;
  /** What happens before such a write is sent again. */
  afterLoss: (() => Promise<void>) | undefined;
  /** Statuses that the next calls answer instead. */
  readonly failures: number[] = [];
  readonly #uploads = new Map<string, Buffer[]>();
  #marks = "";

  static async start(): Promise<FakeS3> {
    const fake = new FakeS3();
    await serve("AWS_ENDPOINT_URL_S3", (request) => fake.#answer(request));
    return fake;
  }

  reset(): void {
    this.objects.clear();
    this.actions.length = 0;
    this.failures.length = 0;
    this.beforeWrite = undefined;
    this.lost = 0;
    this.afterLoss = undefined;
  }

  put(key: string, text: string | Buffer, marks = ""): void {
    const bytes = Buffer.from(text);
    const etag = `"${createHash("md5").update(bytes).update(String(this.objects.size)).digest("hex")}"`;
    this.objects.set(key, { bytes, etag, modified: new Date(1_700_000_000_000), marks });
  }

  text(key: string): string | undefined {
    return this.objects.get(key)?.bytes.toString();
  }

  get uploads(): number {
    return this.#uploads.size;
  }

  #answer(request: Request): Answer | Promise<Answer> {
    const failure = this.failures.shift();
    if (failure !== undefined) return { status: failure };
    const key = decodeURIComponent(request.url.pathname.split("/").slice(2).join("/"));
    const { method, url } = request;
    if (key === "" && method === "GET") return this.#list(url);
    if (url.searchParams.has("uploadId") || url.searchParams.has("uploads")) return this.#parts(request, key);
    if (method === "PUT") return this.#put(request, key);
    if (method === "DELETE") {
      this.actions.push("s3:DeleteObject");
      this.objects.delete(key);
      return { status: 204 };
    }
    return this.#get(request, key);
  }

  #get({ headers }: Request, key: string): Answer {
    this.actions.push("s3:GetObject");
    const there = this.objects.get(key);
    if (there === undefined) return notFound();
    if (headers["if-match"] !== undefined && headers["if-match"] !== there.etag) return changed();
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? "") ?? [];
    const bytes = from === undefined ? there.bytes : there.bytes.subarray(Number(from), Number(to) + 1);
    const known = {
      etag: there.etag,
      "last-modified": there.modified.toUTCString(),
      "content-length": String(bytes.length),
      ...(there.marks && { "x-amz-meta-inferra-writes": there.marks }),
    };
    return { status: from === undefined ? 200 : 206, headers: known, body: bytes };
  }

  #put({ headers, body }: Request, key: string): Answer | Promise<Answer> {
    const source = headers["x-amz-copy-source"];
    if (typeof source === "string") {
      this.actions.push("s3:GetObject", "s3:PutObject");
      const there = this.objects.get(decodeURIComponent(source.split("/").slice(1).join("/")));
      if (there === undefined) return notFound();
      this.put(key, there.bytes, there.marks);
      return { body: "<CopyObjectResult><ETag>x</ETag></CopyObjectResult>" };
    }
    this.actions.push("s3:PutObject");
    this.beforeWrite?.();
    if (this.#isChanged(headers, key)) return changed();
    this.put(key, body, marksIn(headers));
    return this.#told({ headers: { etag: this.objects.get(key)?.etag ?? "" } });
  }

  async #told(answer: Answer): Promise<Answer> {
    if (this.lost === 0) return answer;
    this.lost -= 1;
    await this.afterLoss?.();
    return { status: 500 };
  }

  #isChanged(headers: Request["headers"], key: string): boolean {
    const etag = this.objects.get(key)?.etag;
    const [match, none] = [headers["if-match"], headers["if-none-match"]];
    return (match !== undefined && match !== etag) || (none === "*" && etag !== undefined);
  }

  #parts({ method, url, headers, body }: Request, key: string): Answer | Promise<Answer> {
    const id = url.searchParams.get("uploadId");
    if (id === null) {
      this.actions.push("s3:PutObject");
      this.#uploads.set("u1", []);
      this.#marks = marksIn(headers);
      return {
        body: "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>",
      };
    }
    const parts = this.#uploads.get(id);
    if (parts === undefined) return { status: 404, body: "<Error><Code>NoSuchUpload</Code></Error>" };
    if (method === "DELETE") {
      this.actions.push("s3:AbortMultipartUpload");
      this.#uploads.delete(id);
      return { status: 204 };
    }
    this.actions.push("s3:PutObject");
    if (method === "PUT") {
      parts[Number(url.searchParams.get("partNumber")) - 1] = body;
      return { headers: { etag: '"part"' } };
    }
    if (this.#isChanged(headers, key)) return changed();
    this.put(key, Buffer.concat(parts), this.#marks);
    this.#uploads.delete(id);
    return this.#told({
      body: "<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>",
    });
  }

  #list(url: URL): Answer {
    this.actions.push("s3:ListBucket");
    const prefix = url.searchParams.get("prefix") ?? "";
    const delimiter = url.searchParams.get("delimiter");
    const after = url.searchParams.get("continuation-token") ?? "";
    const most = Math.min(PAGE, Number(url.searchParams.get("max-keys") ?? PAGE));
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
    const names = new Set(
      keys.map((key) => {
        const end = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length);
        return end === -1 ? key : key.slice(0, end + 1);
      }),
    );
    const left = [...names].filter((name) => name > after);
    const page = left.slice(0, most).map((name) => {
      const there = this.objects.get(name);
      if (there === undefined || (delimiter !== null && name.endsWith(delimiter)))
        return `<CommonPrefixes><Prefix>${name}</Prefix></CommonPrefixes>`;
      const { etag, bytes, modified } = there;
      return `<Contents><Key>${name}</Key><Size>${bytes.length}</Size><ETag>${etag}</ETag><LastModified>${modified.toISOString()}</LastModified></Contents>`;
    });
    const next = left.length > most ? `<NextContinuationToken>${left[most - 1]}</NextContinuationToken>` : "";
    return {
      headers: { "content-type": "application/xml" },
      body: `<ListBucketResult>${page.join("")}${next}</ListBucketResult>`,
    };
  }
}

function marksIn(headers: Request["headers"]): string {
  return String(headers["x-amz-meta-inferra-writes"] ?? "");
}

function notFound(): Answer {
  return { status: 404, body: "<Error><Code>NoSuchKey</Code></Error>" };
}

function changed(): Answer {
  return { status: 412, body: "<Error><Code>PreconditionFailed</Code></Error>" };
}
