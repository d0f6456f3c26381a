/** What the core's status numbers are called; see `status` in the core's `frame`. */
export const Status = {
  future: 0,
  waiting: 1,
  counted: 2,
  behind: 3,
  lost: 4,
  elsewhere: 5,
} as const;

interface Words {
  /** In a legend. */
  name: string;
  /** In a sentence about one event. */
  said: string;
}

const words: Record<number, Words> = {
  [Status.future]: { name: "still to come", said: "has not arrived yet" },
  [Status.waiting]: { name: "waiting", said: "waits in an open window" },
  [Status.counted]: { name: "counted", said: "is in a result" },
  [Status.behind]: {
    name: "late but taken",
    said: "came late and was taken all the same",
  },
  [Status.lost]: { name: "lost", said: "was late and is lost" },
  [Status.elsewhere]: { name: "went no further", said: "went no further" },
};

export const statusWords = (status: number): Words =>
  words[status] ?? { name: "unknown", said: "" };
