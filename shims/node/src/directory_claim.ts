/**
 * Writers of one file, one after the other: whoever has the claim to it may look what it is and replace it.
 *
 * A claim is a name that only one can make. Node has no locks of files, and a file system that is mounted over the network
 * makes a name for one of several alone. The claim is another name of the draft that is to become the file, so that one
 * rename both makes it the file and gives the claim up: who was taken to be gone, and is not, has nothing to rename.
 */
import { createHash, randomBytes } from "node:crypto";
import { constants } from "node:fs";
import fs from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { codeOf, FsError } from "./fs_error.ts";

/** What is being written, beside what was. No file of a store is in there. */
export const WORK = ".inferra";

/** A claim that lasts longer than this is that of somebody who is gone: what it is held for takes milliseconds. */
const GONE_MS = 30_000;
/** As long as somebody else is at work, but not for ever. */
const PATIENCE_MS = 90_000;
const PAUSE_MS = 10;

export interface Claim {
  /** Makes the draft the file at `place`. ENOENT where the claim was taken for one of somebody who is gone. */
  become(place: string): Promise<void>;
  release(): Promise<void>;
}

/** Claims the file of `key` with the draft at `draft`. */
export async function claim(root: string, key: string, draft: string): Promise<Claim> {
  const name = createHash("sha256").update(key).digest("hex").slice(0, 40);
  const path = join(root, WORK, `${name}.claim`);
  await wait(path, draft);
  const own = await identity(draft);
  let held = true;
  return {
    async become(place) {
      if ((await identity(path)) !== own) throw new FsError("ENOENT");
      await fs.rename(path, place);
      held = false;
    },
    async release() {
      if (held && (await identity(path).catch(() => undefined)) === own)
        await fs.unlink(path).catch(() => undefined);
    },
  };
}

async function wait(path: string, draft: string): Promise<void> {
  const start = performance.now();
  let [holder, since] = ["", start];
  for (;;) {
    try {
      await fs.link(draft, path);
      return;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    const [now, other] = [performance.now(), (await identity(path)) ?? ""];
    if (other !== holder) [holder, since] = [other, now];
    else if (other !== "" && now - since > GONE_MS) await remove(path, other);
    if (now - start > PATIENCE_MS) throw new FsError("EIO", {}, "other writers do not come to an end");
    await setTimeout(PAUSE_MS * (0.5 + Math.random()));
  }
}

/** Takes a claim away from who is gone. */
async function remove(path: string, holder: string): Promise<void> {
  const aside = `${path}.${randomBytes(8).toString("hex")}`;
  try {
    await fs.rename(path, aside);
    // Somebody else was faster, and this is the claim of a third.
    if ((await identity(aside)) !== holder) await fs.link(aside, path).catch(() => undefined);
    await fs.unlink(aside);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

/** Which file a name is of, as the server says it: one that is only looked at may be what it was seconds ago. */
async function identity(path: string): Promise<string | undefined> {
  try {
    const file = await fs.open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const { dev, ino } = await file.stat({ bigint: true });
      return `${dev}-${ino}`;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
