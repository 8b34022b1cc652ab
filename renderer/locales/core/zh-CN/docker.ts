import type { TextTable } from '../translator';

/** Docker engines and contexts. */
export const docker: TextTable = {
  'An engine’s socket needs an absolute path, as in unix:///var/run/docker.sock.':
    '引擎的套接字需要绝对路径，例如 unix:///var/run/docker.sock。',
  'That is neither a Docker context nor an engine’s address (unix://, tcp:// or ssh://).':
    '这既不是 Docker 上下文，也不是引擎的地址（unix://、tcp:// 或 ssh://）。',
  'No container can be named {{0}}.': '容器不能命名为 {{0}}。',
  'Make the builder again, with another name.': '请用其他名称重新创建构建器。',
  '{{0}} is damaged, or describes no Docker Engine.': '{{0}} 已损坏，或没有描述 Docker Engine。',
  '{{0}} has another name in it than its folder says.': '{{0}} 中的名称与其文件夹所示的不同。',
  'The certificates of DOCKER_CERT_PATH can’t be kept with a builder. Make a Docker context of them, and choose it.':
    'DOCKER_CERT_PATH 的证书无法随构建器保存。请用它们创建 Docker 上下文并选择它。',
  'There is no ca.pem in {{0}}.': '{{0}} 中没有 ca.pem。',
  'There is no Docker context named {{0}}.': '没有名为 {{0}} 的 Docker 上下文。',
  'Choose another context, or make it again with docker context create.':
    '请选择其他上下文，或用 docker context create 重新创建。',
  'The Docker engine {{0}} can’t be used: {{1}}': '无法使用 Docker 引擎 {{0}}：{{1}}',
  'Correct the Docker context or address, for instance with docker context update.':
    '请更正 Docker 上下文或地址，例如用 docker context update。',
  'Docker ({{0}}) is too old: its API has the version {{1}}.': 'Docker（{{0}}）过旧：其 API 版本为 {{1}}。',
  'Docker ({{0}}) is too new: its API has the version {{1}}.': 'Docker（{{0}}）过新：其 API 版本为 {{1}}。',
  'Update Docker to 18.09 or later, which has BuildKit.':
    '请将 Docker 更新到 18.09 或更高版本，其中才有 BuildKit。',
  'Update Manifold.': '请更新 Manifold。',
  'Docker ({{0}}) can’t be reached: {{1}}.': '无法连接 Docker（{{0}}）：{{1}}。',
  'Docker ({{0}}) can’t be reached: it wants TLS.': '无法连接 Docker（{{0}}）：它要求 TLS。',
  'Make a Docker context with its certificates.': '请用其证书创建 Docker 上下文。',
  'Docker ({{0}}) refuses: {{1}}.': 'Docker（{{0}}）拒绝了请求：{{1}}。',
  'Change what it objects to, then try again.': '请按其提示更改后重试。',
  'it is not running': '它没有运行',
  'Start Docker, or choose another Docker context.': '请启动 Docker，或选择其他 Docker 上下文。',
  'your user may not use its socket': '您的用户无权使用其套接字',
  'Add your user to the group docker and log in again, or use a rootless Docker.':
    '请将您的用户加入 docker 组并重新登录，或使用无 root 权限的 Docker。',
  'it does not answer': '它没有响应',
  'Check that Docker runs there, the network and firewalls.':
    '请确认该处的 Docker 正在运行，并检查网络和防火墙。',
  'the connection was closed': '连接已关闭',
  'status {{0}}': '状态 {{0}}',
  'pulling {{0}}': '正在拉取 {{0}}',
  'pulling {{0}}, {{1}} %': '正在拉取 {{0}}，{{1}}%',
  "{{0}} is no image's name: {{1}}.": '{{0}} 不是镜像名称：{{1}}。',
  'Correct the image in the builder’s options.': '请在构建器的选项中更正镜像。',
  'Log in to the registry with docker login, or correct the image’s name.':
    '请用 docker login 登录镜像仓库，或更正镜像名称。',
  'Correct the image’s name or tag.': '请更正镜像的名称或标签。',
  'Check the engine’s network and registry mirrors, or load the image into the engine by hand.':
    '请检查引擎的网络和镜像仓库的镜像站，或手动将镜像加载到引擎中。',
  'Docker ({{0}}) has no image {{1}}.': 'Docker（{{0}}）中没有镜像 {{1}}。',
  'It may have been removed. Pull or load it again.': '它可能已被移除。请重新拉取或加载。',
  'pulled from': '拉取自',
  'pushed to': '推送到',
  'Log in to the registry with docker login, and check that your account may write the repository.':
    '请用 docker login 登录镜像仓库，并确认您的账号有该仓库的写入权限。',
  'Correct the image’s name, or make the repository in the registry.':
    '请更正镜像名称，或在镜像仓库中创建该仓库。',
  'Check the engine’s network. A registry without TLS has to be among the engine’s insecure registries.':
    '请检查引擎的网络。不使用 TLS 的镜像仓库须列入引擎的 insecure-registries。',
  'See what the registry says, then build again.': '请查看镜像仓库返回的内容，然后重新构建。',
  '{{0}} can’t be {{1}} {{2}}: {{3}}.': '{{0}} 无法{{1}} {{2}}：{{3}}。',
};
