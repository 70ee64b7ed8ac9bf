import { Queue } from "bullmq";
import { Redis } from "ioredis";

/** What a job contains. The worker reads the people when it starts, so that they are not stored in Redis. */
export interface SyncJob {
  readonly organizationId: string;
}

/** BullMQ needs a connection that waits for Redis as long as it takes. */
export const connection = new Redis(process.env["REDIS_URL"] ?? "redis://127.0.0.1:6379", {
  maxRetriesPerRequest: null,
});

export const queue = new Queue<SyncJob>("sync-users", { connection });

/** Ends the connection to Redis, so that the process can end. */
export async function disconnect(): Promise<void> {
  await queue.close();
  await connection.quit();
}
