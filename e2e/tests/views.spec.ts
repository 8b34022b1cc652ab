import { expect, test } from '@playwright/test';
import { projectFolder, threePlatforms, type ProjectFolder } from '../fixtures/project';
import { seriousViolations } from '../pages/accessibility';
import { StudioApp } from '../pages/studioApp';

const dockerfile = `FROM busybox AS builder
ARG TARGETARCH
RUN echo "compiling for $TARGETARCH"; for i in 1 2 3; do echo "step $i"; sleep 0.3; done; echo $TARGETARCH > /app
FROM busybox AS docs
RUN echo "the same for all" > /docs
FROM busybox
COPY --from=builder /app /app
COPY --from=docs /docs /docs
CMD ["cat", "/app"]
`;
const views = ['Build', 'Images', 'History', 'Builders', 'Settings'] as const;
let project: ProjectFolder;
let studio: StudioApp;

test.beforeAll(async () => {
  project = await projectFolder({ Dockerfile: dockerfile });
  studio = await StudioApp.launch({ project: project.path, size: { width: 1440, height: 900 } });
  await studio.tick(...threePlatforms);
  await studio.build.click();
  await studio.ended('Succeeded');
});
test.afterAll(async () => {
  await studio.close();
  await project.remove();
});

for (const theme of ['light', 'dark'] as const) {
  for (const view of views) {
    test(`${view}, ${theme}: nothing serious for axe, and a screenshot`, async () => {
      await studio.theme(theme);
      await studio.view(view).click();
      for (const [width, height] of [
        [1440, 900],
        [1180, 760],
      ] as const) {
        await studio.resize({ width, height });
        await studio.page.waitForTimeout(300);
        await studio.page.screenshot({
          path: `test-results/screens/${view.toLowerCase()}-${theme}-${width}.png`,
        });
        const overflow = await studio.page.evaluate(
          () => document.documentElement.scrollWidth - window.innerWidth,
        );
        expect(overflow).toBeLessThanOrEqual(0);
      }
      expect(await seriousViolations(studio.page)).toEqual([]);
    });
  }
}

test('in Chinese too', async () => {
  const chinese = await StudioApp.launch({
    project: project.path,
    locale: 'zh-CN',
    size: { width: 1180, height: 760 },
  });
  try {
    await expect(chinese.page.getByRole('tab', { name: '构建', exact: true })).toBeVisible();
    await expect(chinese.page.locator('html')).toHaveAttribute('lang', 'zh-CN');
    await expect(chinese.page.locator('.monaco-editor').first()).toContainText('FROM');
    await chinese.page.screenshot({ path: 'test-results/screens/build-zh-1180.png' });
  } finally {
    await chinese.close();
  }
});
