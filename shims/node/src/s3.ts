/** Files as objects of a bucket of S3. */
import {
  type _Object,
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { FsError } from "./fs_error.ts";
import { within } from "./patience.ts";
import { Changed, type Entry, type Found, type Store, type Upload } from "./store.ts";

/**
 * What is held in memory of a file while it is uploaded. S3 takes parts from 5 MiB on, at most 10,000 of them:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 */
const PART = 8 * 1024 * 1024;

const ABSENT = new Set(["404", "NoSuchKey", "NotFound"]);
const DENIED = new Set(["403", "AccessDenied", "Forbidden"]);
const CHANGED = new Set(["409", "412", "ConditionalRequestConflict", "PreconditionFailed"]);

let shared: S3Client | undefined;

/** Region, credentials and endpoint come from the environment. */
function client(): S3Client {
  shared ??= new S3Client({
    maxAttempts: 4,
    requestHandler: within(30_000),
    // The emulators that applications are tested against have one address for all buckets.
    forcePathStyle:
      process.env.AWS_ENDPOINT_URL !== undefined || process.env.AWS_ENDPOINT_URL_S3 !== undefined,
  });
  return shared;
}

export class Bucket implements Store {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  async find(key: string): Promise<Found | undefined> {
    if (key === "") return undefined;
    return this.#absentOr(async () => foundIn(await client().send(new HeadObjectCommand(this.#object(key)))));
  }

  async content(key: string): Promise<{ bytes: Buffer; found: Found } | undefined> {
    if (key === "") return undefined;
    return this.#absentOr(async () => {
      const answer = await client().send(new GetObjectCommand(this.#object(key)));
      const bytes = Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
      return { bytes, found: { ...foundIn(answer), size: bytes.length } };
    });
  }

  async read(key: string, at: number, length: number, tag: string): Promise<Buffer> {
    if (length <= 0) return Buffer.alloc(0);
    return this.#speaking(async () => {
      const range = `bytes=${at}-${at + length - 1}`;
      const answer = await client().send(
        new GetObjectCommand({ ...this.#object(key), Range: range, IfMatch: tag }),
      );
      return Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
    });
  }

  async write(key: string, content: Buffer, replacing?: string): Promise<void> {
    await this.#speaking(() =>
      client().send(new PutObjectCommand({ ...this.#object(key), Body: content, ...condition(replacing) })),
    );
  }

  upload(key: string, replacing?: string): Upload {
    return new PartsUpload(this.#object(key), replacing, (act) => this.#speaking(act));
  }

  async remove(key: string): Promise<void> {
    await this.#speaking(() => client().send(new DeleteObjectCommand(this.#object(key))));
  }

  async copy(source: string, target: string): Promise<void> {
    const origin = `${this.#name}/${source.split("/").map(encodeURIComponent).join("/")}`;
    await this.#speaking(() =>
      client().send(new CopyObjectCommand({ ...this.#object(target), CopySource: origin })),
    );
  }

  async below(key: string): Promise<string[]> {
    const found: string[] = [];
    for await (const page of this.#pages(key)) {
      // A key that ends so is a mark that other tools make for a directory.
      for (const { Key } of page.Contents ?? []) if (Key !== undefined && !Key.endsWith("/")) found.push(Key);
    }
    return found;
  }

  async entries(key: string): Promise<Entry[]> {
    const prefix = key === "" ? "" : `${key}/`;
    const found = new Map<string, Entry>();
    for await (const page of this.#pages(key, "/")) {
      for (const one of page.Contents ?? []) {
        const name = one.Key?.slice(prefix.length);
        if (name) found.set(name, { name, found: listed(one) });
      }
      for (const one of page.CommonPrefixes ?? []) {
        const name = one.Prefix?.slice(prefix.length).replace(/\/+$/, "");
        // A file and a directory of one name, which only S3 can have, are the file here.
        if (name && !found.has(name)) found.set(name, { name });
      }
    }
    return [...found.values()].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  }

  async isDirectory(key: string): Promise<boolean> {
    if (key === "") return true;
    const page = await this.#speaking(() =>
      client().send(new ListObjectsV2Command({ Bucket: this.#name, Prefix: `${key}/`, MaxKeys: 1 })),
    );
    return (page.Contents ?? []).length > 0;
  }

  #object(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#name, Key: key };
  }

  async *#pages(key: string, delimiter?: string): AsyncGenerator<ListObjectsV2CommandOutput> {
    const request = {
      Bucket: this.#name,
      Prefix: key === "" ? "" : `${key}/`,
      ...(delimiter && { Delimiter: delimiter }),
    };
    let token: string | undefined;
    do {
      const page = await this.#speaking(() =>
        client().send(new ListObjectsV2Command({ ...request, ...(token && { ContinuationToken: token }) })),
      );
      yield page;
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  async #absentOr<T>(act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await this.#speaking(act);
    } catch (error) {
      if (error instanceof FsError && error.code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** Makes what S3 says an error of files. */
  async #speaking<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw errorOf(error, this.#name);
    }
  }
}

/** A file that is uploaded in parts once it is larger than one. */
class PartsUpload implements Upload {
  readonly #object: { Bucket: string; Key: string };
  readonly #replacing: string | undefined;
  readonly #speaking: <T>(act: () => Promise<T>) => Promise<T>;
  readonly #parts: CompletedPart[] = [];
  #pieces: Buffer[] = [];
  #held = 0;
  #id: string | undefined;
  #sending: Promise<void> = Promise.resolve();

  constructor(
    object: { Bucket: string; Key: string },
    replacing: string | undefined,
    speaking: <T>(act: () => Promise<T>) => Promise<T>,
  ) {
    this.#object = object;
    this.#replacing = replacing;
    this.#speaking = speaking;
  }

  async add(piece: Buffer): Promise<void> {
    this.#pieces.push(piece);
    this.#held += piece.length;
    // Larger from time to time, so that 10,000 parts are enough for the largest object.
    if (this.#held >= PART * (1 + Math.floor(this.#parts.length / 1000))) await this.#send();
  }

  async finish(): Promise<void> {
    if (this.#id === undefined) {
      const Body = Buffer.concat(this.#pieces);
      await this.#speaking(() =>
        client().send(new PutObjectCommand({ ...this.#object, Body, ...condition(this.#replacing) })),
      );
      return;
    }
    if (this.#held > 0) await this.#send();
    await this.#speaking(() =>
      client().send(
        new CompleteMultipartUploadCommand({
          ...this.#object,
          UploadId: this.#id,
          MultipartUpload: { Parts: this.#parts },
          ...condition(this.#replacing),
        }),
      ),
    );
    this.#id = undefined;
  }

  async forget(): Promise<void> {
    this.#pieces = [];
    // A part that is on its way would be kept after all.
    await this.#sending.catch(() => undefined);
    if (this.#id === undefined) return;
    const upload = { ...this.#object, UploadId: this.#id };
    this.#id = undefined;
    // What cannot be taken away now, the bucket's own rule deletes after some days.
    await client()
      .send(new AbortMultipartUploadCommand(upload))
      .catch(() => undefined);
  }

  #send(): Promise<void> {
    const Body = Buffer.concat(this.#pieces);
    [this.#pieces, this.#held] = [[], 0];
    this.#sending = this.#speaking(async () => {
      this.#id ??= (await client().send(new CreateMultipartUploadCommand(this.#object))).UploadId;
      const PartNumber = this.#parts.length + 1;
      const upload = { ...this.#object, UploadId: this.#id, PartNumber, Body };
      const part = await client().send(new UploadPartCommand(upload));
      const { ETag, ChecksumCRC32 } = part;
      this.#parts.push({ PartNumber, ...(ETag && { ETag }), ...(ChecksumCRC32 && { ChecksumCRC32 }) });
    });
    return this.#sending;
  }
}

function condition(replacing: string | undefined): { IfMatch?: string; IfNoneMatch?: string } {
  if (replacing === undefined) return {};
  return replacing === "" ? { IfNoneMatch: "*" } : { IfMatch: replacing };
}

function foundIn(answer: Pick<HeadObjectCommandOutput, "ContentLength" | "ETag" | "LastModified">): Found {
  return {
    size: answer.ContentLength ?? 0,
    modified: answer.LastModified?.getTime() ?? 0,
    tag: answer.ETag ?? "",
  };
}

function listed(one: _Object): Found {
  return { size: one.Size ?? 0, modified: one.LastModified?.getTime() ?? 0, tag: one.ETag ?? "" };
}

function errorOf(error: unknown, bucket: string): Error {
  const { name = "", $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  const is = (codes: ReadonlySet<string>) => codes.has(name) || codes.has(String($metadata?.httpStatusCode));
  if (name === "NoSuchBucket") return new FsError("EIO", {}, `there is no bucket ${bucket}`, error);
  if (is(ABSENT)) return new FsError("ENOENT", {}, undefined, error);
  if (is(DENIED))
    return new FsError("EACCES", {}, `the unit's role may not do this in the bucket ${bucket}`, error);
  if (is(CHANGED)) return new Changed("the file is another one by now", { cause: error });
  return new FsError("EIO", {}, `S3 answered ${name || "with an error"}`, error);
}
