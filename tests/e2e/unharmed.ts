// What journeys with files, links and data that mean no good share.
import { expect, test as base } from "./lab";

/** A text that would run as soon as it became part of a page. */
export const markup = `"><img src=x onerror="hacked=1"><script>hacked=1</script><svg onload=hacked=1>{{7*7}}\${hacked=1}`;

/** Whatever gets in: nothing of it runs, nothing of it becomes part of the page, the policy has nothing to report. */
export const test = base.extend<{ unharmed: () => Promise<void> }>({
  unharmed: [
    async ({ page }, use, info) => {
      const dialogs: string[] = [];
      page.on("dialog", async (dialog) => {
        dialogs.push(dialog.message());
        await dialog.dismiss();
      });
      await page.addInitScript(() => {
        const reports: string[] = [];
        Object.assign(window, { reports });
        document.addEventListener("securitypolicyviolation", (event) =>
          reports.push(`${event.violatedDirective} ${event.blockedURI}`),
        );
      });
      const check = async () => {
        expect(dialogs).toEqual([]);
        expect(
          await page.evaluate(() => ({
            hacked: "hacked" in window,
            polluted: Object.keys(Object.prototype),
            reports: (window as unknown as { reports: string[] }).reports,
            injected: document.querySelectorAll(
              "img, iframe, object, embed, [onerror], [onload], script:not([src]), a[href^='javascript:']",
            ).length,
          })),
        ).toEqual({ hacked: false, polluted: [], reports: [], injected: 0 });
        // And it is still there.
        await expect(page.getByRole("banner")).toBeVisible();
        await expect(
          page.getByRole("heading", { name: "Something broke" }),
        ).toHaveCount(0);
      };
      await use(check);
      // A journey that was left out has opened nothing.
      if (info.status !== "skipped") await check();
    },
    { auto: true },
  ],
});
