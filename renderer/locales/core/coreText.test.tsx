import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { coreText } from '.';
import type { PreflightFinding } from '../../../shared/contract';
import { initLocales } from '..';
import { FindingsContext, Findings } from '../../features/configuration/Findings';
import { inPageLanguage } from '../../features/builders/driverTexts';
import { sampleDriver, sampleStudio } from '../../testing/samples';
import { ErrorNote } from '../../ui/ErrorNote';

afterEach(cleanup);

describe('a text of the core', () => {
  it.each([
    ['There is no builder named big.', '没有名为 big 的构建器。'],
    // Reasons within messages.
    ['"A b" is no image name: invalid reference format.', '“A b”不是镜像名称：引用格式无效。'],
    ['On pi: pi can’t be reached: nothing listens there.', 'pi：无法连接 pi：该处没有服务在监听。'],
    [
      "Can't send the build context: permission denied. The output goes to /out.",
      '无法发送构建上下文：没有权限。输出的目标位置是 /out。',
    ],
    [
      'The registry a.example was not followed: it redirects more than 5 times.',
      '没有遵从镜像仓库 a.example 的指示：它的重定向超过 5 次。',
    ],
    [
      'Turn on the containerd image store of its Docker Engine, or choose a builder with another driver.',
      '启用其 Docker Engine 的 containerd 镜像存储，或选择使用其他驱动的构建器。',
    ],
    [
      'Layer 3: 2 names lead out of the image, such as "../x"; shown as if “..” stayed at the root.',
      '第 3 层：2 个名称指向镜像之外，例如 "../x"；显示时将“..”视为停留在根目录。',
    ],
    ['The registry refuses access.', '镜像仓库拒绝访问。'],
    ['The registry a.example refuses access.', '镜像仓库 a.example 拒绝访问。'],
    ['The step failed with exit code 2.', '此步骤失败，退出码 2。'],
    [
      "Can't write /o/a: the disk is full. 3 files were already written to /o and stayed there.",
      '无法写入 /o/a：磁盘已满。有 3 个文件已写入 /o，并保留在那里。',
    ],
    [
      'Try again in 5 minutes. Registries often allow more to those who are logged in.',
      '请在 5 分钟后重试。登录后通常可以发出更多请求。',
    ],
    [
      'The registry a.example can’t be reached: the proxy p:3128 (HTTPS_PROXY) answers host unreachable when asked for b:443.',
      '无法连接镜像仓库 a.example：代理 p:3128（HTTPS_PROXY）对 b:443 的请求返回了“主机不可达”。',
    ],
    [
      'a/b:1 can’t be pushed to docker.io: denied. Pushed before: a/b:2.',
      'a/b:1 无法推送到 docker.io：denied。此前已推送：a/b:2。',
    ],
    // BuildKit’s own words.
    ['failed to solve: process "/bin/sh -c false"', 'failed to solve: process "/bin/sh -c false"'],
  ])('is shown in the page’s language: %s', (english, chinese) => {
    initLocales('en');
    expect(coreText(english)).toBe(english);
    initLocales('zh-CN');
    expect(coreText(english)).toBe(chinese);
  });

  it('is translated where an error is shown, and copied as the core said it', () => {
    initLocales('zh-CN');
    const core = sampleStudio({ 'clipboard.write': () => undefined });
    const message = 'The folder /a does not exist.';
    const hint = 'It may have been moved or deleted.';
    render(<ErrorNote error={{ code: 'not-found', message, hint }} />);
    expect(screen.getByRole('alert').textContent).toContain('文件夹 /a 不存在。它可能已被移动或删除。');
    fireEvent.click(screen.getByRole('button', { name: '复制详细信息' }));
    expect(core.paramsOf('clipboard.write')).toEqual([{ text: `not-found: ${message}\n${hint}` }]);
  });

  it('is translated in the findings before a build', () => {
    initLocales('zh-CN');
    const finding: PreflightFinding = {
      severity: 'error',
      field: 'tags',
      message: 'A push needs to know where to: there is no tag.',
      hint: 'Add a tag such as registry.example/team/app:1.0.',
    };
    render(
      <FindingsContext.Provider value={[finding]}>
        <Findings field="tags" />
      </FindingsContext.Provider>,
    );
    expect(
      screen.getByText('推送需要知道目标位置：还没有标签。 请添加标签，例如 registry.example/team/app:1.0。'),
    ).toBeTruthy();
  });

  it('is translated in a driver’s form, but not what is typed there', () => {
    initLocales('zh-CN');
    const form = inPageLanguage(
      sampleDriver({
        name: 'kubernetes',
        summary: 'BuildKit in pods of a Kubernetes cluster.',
        endpoint: { kind: 'address', label: 'Address', placeholder: 'tcp://builder.example:1234' },
        options: [
          {
            ...{ name: 'loadbalance', kind: 'select', label: 'Load balancing', required: false },
            choices: [{ value: 'sticky', label: 'Sticky' }],
          },
        ],
      }),
    );
    expect(form).toMatchObject({
      name: 'kubernetes',
      summary: 'Kubernetes 集群的 Pod 中的 BuildKit。',
      endpoint: { kind: 'address', label: '地址', placeholder: 'tcp://builder.example:1234' },
      options: [{ name: 'loadbalance', label: '负载均衡', choices: [{ value: 'sticky', label: '固定' }] }],
    });
  });
});
