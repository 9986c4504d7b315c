/** Files as objects of a bucket of S3. */
import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
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
import { type Base, Changed, type Entry, type Found, type Store, type Upload } from "./store.ts";

/**
 * What is held in memory of a file while it is uploaded. S3 takes parts from 5 MiB on, at most 10,000 of them:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 */
const PART = 8 * 1024 * 1024;

const ABSENT = new Set(["404", "NoSuchKey", "NotFound"]);
const DENIED = new Set(["403", "AccessDenied", "Forbidden"]);
const CHANGED = new Set(["409", "412", "ConditionalRequestConflict", "PreconditionFailed"]);

/**
 * The metadata of an object that names the writes that made it. The client sends a request again whose answer was lost, and
 * S3 then finds that the file is not what it had to be: the name tells that this was the write itself.
 */
const MARKS = "inferra-writes";
const MOST_MARKS = 16;

/** A tag that no file has. */
const SUPERSEDED = '"superseded"';

/** How often a write is tried that S3 refused for another that was going on, and was not there in the end. */
const TRIES = 4;
const PAUSE_MS = 100;

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

  write(key: string, content: Buffer, replacing?: Base): Promise<Base> {
    const marks = marksAfter(replacing);
    const put = { ...this.#object(key), Body: content, Metadata: metadata(marks), ...condition(replacing) };
    return this.#once(key, marks, replacing, async () => {
      const { ETag } = await client().send(new PutObjectCommand(put));
      return ETag ?? "";
    });
  }

  upload(key: string, replacing?: Base): Upload {
    const marks = marksAfter(replacing);
    return new PartsUpload({
      object: this.#object(key),
      replacing,
      marks,
      speaking: (act) => this.#speaking(act),
      once: (act) => this.#once(key, marks, replacing, act),
      write: (content) => this.write(key, content, replacing),
    });
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

  /** Does a write once, also where it was done and only its answer was lost. `act` resolves to the new tag. */
  async #once(
    key: string,
    marks: readonly string[],
    replacing: Base | undefined,
    act: () => Promise<string>,
  ): Promise<Base> {
    for (let tries = 1; ; tries += 1) {
      try {
        return { tag: await this.#speaking(act), marks };
      } catch (error) {
        const found = await this.#afterRefusal(error, key);
        const position = found?.marks?.indexOf(marks[0] ?? "") ?? -1;
        // Another may have been put behind it since.
        if (found !== undefined && position >= 0)
          return { tag: position === 0 ? found.tag : SUPERSEDED, marks: found.marks ?? [] };
        const isAsBefore = replacing !== undefined && (found?.tag ?? "") === replacing.tag;
        if (!(error instanceof Changed && isAsBefore && tries < TRIES)) throw error;
        await setTimeout(PAUSE_MS * tries * (0.5 + Math.random()));
      }
    }
  }

  /** The file as it is after a write was refused; throws the refusal where that is not known. */
  async #afterRefusal(error: unknown, key: string): Promise<Found | undefined> {
    // An upload that was completed is no upload any more.
    const isRefusal = error instanceof Changed || (error instanceof FsError && error.code === "ENOENT");
    if (!isRefusal) throw error;
    return this.find(key).catch(() => {
      throw error;
    });
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

/** What an upload needs of its bucket. */
interface Target {
  readonly object: { Bucket: string; Key: string };
  readonly replacing: Base | undefined;
  readonly marks: readonly string[];
  readonly speaking: <T>(act: () => Promise<T>) => Promise<T>;
  readonly once: (act: () => Promise<string>) => Promise<Base>;
  readonly write: (content: Buffer) => Promise<Base>;
}

/** A file that is uploaded in parts once it is larger than one. */
class PartsUpload implements Upload {
  readonly #target: Target;
  readonly #parts: CompletedPart[] = [];
  #pieces: Buffer[] = [];
  #held = 0;
  #id: string | undefined;
  #sending: Promise<void> = Promise.resolve();

  constructor(target: Target) {
    this.#target = target;
  }

  async add(piece: Buffer): Promise<void> {
    this.#pieces.push(piece);
    this.#held += piece.length;
    // Larger from time to time, so that 10,000 parts are enough for the largest object.
    if (this.#held >= PART * (1 + Math.floor(this.#parts.length / 1000))) await this.#send();
  }

  async finish(): Promise<void> {
    const { object, once, replacing, write } = this.#target;
    if (this.#id === undefined) {
      await write(Buffer.concat(this.#pieces));
      return;
    }
    if (this.#held > 0) await this.#send();
    const whole = { ...object, UploadId: this.#id, MultipartUpload: { Parts: this.#parts } };
    await once(async () => {
      const complete = new CompleteMultipartUploadCommand({ ...whole, ...condition(replacing) });
      return (await client().send(complete)).ETag ?? "";
    });
    this.#id = undefined;
  }

  async forget(): Promise<void> {
    this.#pieces = [];
    // A part that is on its way would be kept after all.
    await this.#sending.catch(() => undefined);
    if (this.#id === undefined) return;
    const upload = { ...this.#target.object, UploadId: this.#id };
    this.#id = undefined;
    // What cannot be taken away now, the bucket's own rule deletes after some days.
    await client()
      .send(new AbortMultipartUploadCommand(upload))
      .catch(() => undefined);
  }

  #send(): Promise<void> {
    const Body = Buffer.concat(this.#pieces);
    [this.#pieces, this.#held] = [[], 0];
    const { marks, object, speaking } = this.#target;
    this.#sending = speaking(async () => {
      const begin = new CreateMultipartUploadCommand({ ...object, Metadata: metadata(marks) });
      this.#id ??= (await client().send(begin)).UploadId;
      const PartNumber = this.#parts.length + 1;
      const upload = { ...object, UploadId: this.#id, PartNumber, Body };
      const part = await client().send(new UploadPartCommand(upload));
      const { ETag, ChecksumCRC32 } = part;
      this.#parts.push({ PartNumber, ...(ETag && { ETag }), ...(ChecksumCRC32 && { ChecksumCRC32 }) });
    });
    return this.#sending;
  }
}

function condition(replacing: Base | undefined): { IfMatch?: string; IfNoneMatch?: string } {
  if (replacing === undefined) return {};
  return replacing.tag === "" ? { IfNoneMatch: "*" } : { IfMatch: replacing.tag };
}

/** A name for a write, before those of the writes that it builds on. */
function marksAfter(replacing: Base | undefined): readonly string[] {
  return [randomBytes(8).toString("hex"), ...(replacing?.marks ?? [])].slice(0, MOST_MARKS);
}

function metadata(marks: readonly string[]): Record<string, string> {
  return { [MARKS]: marks.join(" ") };
}

function foundIn(
  answer: Pick<HeadObjectCommandOutput, "ContentLength" | "ETag" | "LastModified" | "Metadata">,
): Found {
  return {
    size: answer.ContentLength ?? 0,
    modified: answer.LastModified?.getTime() ?? 0,
    tag: answer.ETag ?? "",
    marks: answer.Metadata?.[MARKS]?.split(" ") ?? [],
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
