import { expect, test, type Locator } from '@playwright/test';
import { projectFolder, type ProjectFolder } from '../fixtures/project';
import { StudioApp } from '../pages/studioApp';

/** Words that every English sentence of the core has one of, and no name or command. */
const english = /\b(the|is|are|was|that|which|can’t|has|have|such as|or)\b/i;

let project: ProjectFolder;
let studio: StudioApp;

test.beforeAll(async () => {
  project = await projectFolder({ Dockerfile: 'FROM busybox\nRUN exit 3\n' });
  studio = await StudioApp.launch({
    project: project.path,
    locale: 'zh-CN',
    size: { width: 1180, height: 760 },
  });
});
test.afterAll(async () => {
  await studio.close();
  await project.remove();
});

async function saysNothingInEnglish(part: Locator): Promise<void> {
  expect((await part.innerText()).split('\n').filter((line) => english.test(line))).toEqual([]);
}

test('Chinese pages say in Chinese why a build failed', async () => {
  const { page } = studio;
  await page.getByRole('button', { name: '构建', exact: true }).click();
  const failure = page.getByRole('region', { name: '失败' });
  await expect(failure).toContainText('失败，退出码 3。');
  await expect(failure).toContainText('其最后几行输出说明了原因。');
});

test('Chinese pages have the drivers’ forms, and what is wrong in them, in Chinese', async () => {
  const { page } = studio;
  await page.getByRole('tab', { name: '构建器', exact: true }).click();
  await page.getByRole('button', { name: '新建构建器' }).first().click();
  const dialog = page.getByRole('dialog', { name: '新建构建器' });
  const drivers = dialog.getByRole('radiogroup', { name: '驱动' }).getByRole('radio');
  await expect(drivers.first()).toBeAttached();
  for (const driver of await drivers.all()) {
    await driver.check({ force: true });
    const advanced = dialog.getByRole('button', { name: /^高级/ });
    if ((await advanced.getAttribute('aria-expanded')) === 'false') await advanced.click();
    await saysNothingInEnglish(dialog);
  }
  await page.screenshot({ path: 'test-results/screens/new-builder-zh-1180.png' });

  await drivers.and(dialog.getByRole('radio', { name: 'remote' })).check({ force: true });
  await dialog.getByRole('textbox', { name: '名称', exact: true }).fill('far');
  await dialog.getByRole('textbox', { name: '地址' }).fill('tcp://127.0.0.1:1');
  await dialog.getByRole('button', { name: '测试连接' }).click();
  await expect(dialog.getByRole('alert')).toContainText('无法连接 tcp://127.0.0.1:1：该处没有服务在监听。');
  await expect(dialog.getByRole('alert')).toContainText('请启动守护进程，或更正地址。');
  await saysNothingInEnglish(dialog);
});
