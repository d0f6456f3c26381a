/** Playing: steps taken by the clock of the screen, until the end or until something waits. */
export const speeds = [
  { value: 0.5, label: "0.5×" },
  { value: 1, label: "1×" },
  { value: 2, label: "2×" },
  { value: 5, label: "5×" },
  { value: 20, label: "20×" },
  { value: 100, label: "100×" },
] as const;

/** Steps a second at speed 1. */
const pace = 1.25;

interface Playable {
  readonly position: number;
  readonly limit: number;
  readonly steps: number;
  step(by: number): void;
  seek(position: number): void;
  readonly stepping: { after(by: number): number };
}

export class Playback {
  playing = $state(false);
  speed = $state(1);
  #frame = 0;

  constructor(private readonly target: () => Playable) {}

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  /** From where the playhead is; from the start again where it is at the end. */
  play(): void {
    if (this.playing) return;
    const { position, limit } = this.target();
    if (position >= limit) this.target().seek(0);
    if (limit === 0) return this.#waits();
    this.playing = true;
    let before = performance.now();
    // The first step comes at once, so that the button answers.
    let due = 1;
    const advance = (now: number) => {
      if (!this.playing) return;
      due += Math.min(now - before, 250) * 0.001 * pace * this.speed;
      before = now;
      const whole = Math.floor(due);
      if (whole > 0) {
        due -= whole;
        const target = this.target();
        target.seek(Math.min(target.stepping.after(whole), target.limit));
      }
      const { position, limit } = this.target();
      if (position >= limit) {
        this.playing = false;
        this.#waits();
      } else this.#frame = requestAnimationFrame(advance);
    };
    this.#frame = requestAnimationFrame(advance);
  }

  /** Where a step waits for an answer, asking for it says so and shows the question. */
  #waits(): void {
    const target = this.target();
    if (target.limit < target.steps) target.step(1);
  }

  pause(): void {
    this.playing = false;
    cancelAnimationFrame(this.#frame);
  }
}
