/** How often one asks how far a job is, and how often in vain. */
const PAUSE = 500;
const TRIES = 20;

/**
 * Follows a job to its end; that it cannot be asked for a while does not end it.
 *
 * @param told is called with how far it is, as long as it goes on
 * @returns whether it came to its end
 */
export async function follow(api, job, told) {
  const now = { ...job };
  for (let failures = 0; now.done < now.total && failures < TRIES; ) {
    told(now);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    try {
      Object.assign(now, await api.job(job.id));
      failures = 0;
    } catch {
      failures++;
    }
  }
  return now.done === now.total;
}
