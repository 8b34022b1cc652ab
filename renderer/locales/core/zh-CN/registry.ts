import type { TextTable } from '../translator';

/** Registries and logins. */
export const registry: TextTable = {
  'The Docker config file names an unusable credential helper: {{0}}.':
    'Docker 配置文件指定的凭据助手无法使用：{{0}}。',
  '{{0}} failed with exit code {{1}} for {{2}}. Run "{{3}} get" in a terminal to see why.':
    '{{0}} 对 {{2}} 执行失败，退出码 {{1}}。请在终端中运行“{{3}} get”查看原因。',
  '{{0}} did not answer with JSON.': '{{0}} 返回的不是 JSON。',
  '{{0}} answered without a user name or a secret.': '{{0}} 的返回中缺少用户名或密钥。',
  '{{0}} is not installed, but the Docker config file asks for it.':
    '{{0}} 没有安装，但 Docker 配置文件要求使用它。',
  '{{0}} did not answer in time, or was cancelled.': '{{0}} 没有及时响应，或已被取消。',
  "{{0}} can't be run.": '无法运行 {{0}}。',
  "The Docker config file {{0}} can't be read.": '无法读取 Docker 配置文件 {{0}}。',
  'The Docker config file {{0}} is not valid JSON. Correct it, or log in again.':
    'Docker 配置文件 {{0}} 不是有效的 JSON。请更正它，或重新登录。',
  'The login for {{0}} in {{1}} is damaged. Log in to the registry again.':
    '{{1}} 中 {{0}} 的登录信息已损坏。请重新登录该镜像仓库。',
  'The registry {{0}} has no content with the digest {{1}}.': '镜像仓库 {{0}} 中没有摘要值为 {{1}} 的内容。',
  'The registry {{0}} has sent another part of {{1}} than it was asked for.':
    '镜像仓库 {{0}} 发送的 {{1}} 的片段与所请求的不同。',
  'The registry has sent more than the {{0}} bytes of {{1}}.': '镜像仓库发送的 {{1}} 超过了 {{0}} 字节。',
  'The registry has sent {{0}} instead of {{1}} bytes of {{2}}.':
    '镜像仓库发送了 {{2}} 的 {{0}} 字节，而应为 {{1}} 字节。',
  'The registry has sent more in a part than the {{0}} bytes of {{1}}.':
    '镜像仓库发送的 {{1}} 的片段超过了 {{0}} 字节。',
  'The registry has sent {{0}} in a part instead of {{1}} bytes of {{2}}.':
    '镜像仓库发送的 {{2}} 的片段为 {{0}} 字节，而应为 {{1}} 字节。',
  'The registry has sent fewer than the {{0}} bytes of {{1}}.': '镜像仓库发送的 {{1}} 不足 {{0}} 字节。',
  '{{0}} broke off after {{1}} of {{2}} bytes': '{{0}} 在收到 {{2}} 字节中的 {{1}} 字节后中断',
  'It does not say where to upload to.': '它没有说明上传的位置。',
  'What is to be sent could not be had.': '无法取得要发送的内容。',
  'nothing came for {{0}} seconds': '{{0}} 秒内没有收到任何数据',
  'A public host sends us to {{0}}, inside of a private network.': '公网主机将请求转向了专用网络内的 {{0}}。',
  'Its list goes on at another host, {{0}}.': '其列表的后续部分位于另一台主机 {{0}}。',
  'It redirects more than {{0}} times.': '它的重定向超过 {{0}} 次。',
  'It redirects to what is no address.': '它重定向到的不是有效地址。',
  'It redirects to {{0}}, which is not HTTP.': '它重定向到 {{0}}，而那不是 HTTP。',
  'It redirects from TLS to {{0}} without TLS.': '它从 TLS 重定向到不使用 TLS 的 {{0}}。',
  'The list of what refers to {{0}} is no index.': '{{0}} 的引用者列表不是索引。',
  'The registry settings in {{0}} can’t be read.': '无法读取 {{0}} 中的镜像仓库设置。',
  'Correct the file; containerd documents it as hosts.toml.':
    '请更正该文件；其格式见 containerd 关于 hosts.toml 的文档。',
  'Nobody that this machine trusts vouches for the registry {{0}}.': '镜像仓库 {{0}} 的证书不受本机信任。',
  'If you trust it, put the certificate of its authority into a folder such as ~/.config/docker/certs.d/{{0}}, as a .crt file.':
    '如果您信任它，请将其证书颁发机构的证书以 .crt 文件放入 ~/.config/docker/certs.d/{{0}} 之类的文件夹中。',
  'The registry {{0}} can’t be reached from this machine.': '本机无法连接镜像仓库 {{0}}。',
  'Check its name and your network. Only registries on this machine may do without TLS.':
    '请检查其名称和您的网络。只有本机上的镜像仓库可以不使用 TLS。',
  'The registry {{0}} refuses access.': '镜像仓库 {{0}} 拒绝访问。',
  'The registry {{0}} was not followed: {{1}}': '没有遵从镜像仓库 {{0}} 的指示：{{1}}',
  'Nothing was sent there. If you trust this registry, ask whoever runs it to correct its set-up.':
    '没有向那里发送任何内容。如果您信任此镜像仓库，请联系其管理者更正设置。',
  'The registry {{0}} does not allow deleting.': '镜像仓库 {{0}} 不允许删除。',
  'Ask whoever runs the registry, or do it on its own web page.':
    '请联系镜像仓库的管理者，或在其网页上操作。',
  'The registry {{0}} has no {{1}}.': '镜像仓库 {{0}} 中没有 {{1}}。',
  'Try again in a while.': '请稍后重试。',
  'Try again in {{0}}.': '请在 {{0}}后重试。',
  'The registry {{0}} takes no more requests from you for now ({{1}}).':
    '镜像仓库 {{0}} 暂时不再接受您的请求（{{1}}）。',
  '{{0}} Registries often allow more to those who are logged in.': '{{0}} 登录后通常可以发出更多请求。',
  'The registry {{0}} can’t answer now ({{1}}).': '镜像仓库 {{0}} 目前无法响应（{{1}}）。',
  'The registry {{0}} does not accept {{1}}: {{2}}': '镜像仓库 {{0}} 不接受 {{1}}：{{2}}',
  'Check the name, and that the registry takes multi-platform images and may be written to.':
    '请检查名称，并确认该镜像仓库接受多平台镜像且允许写入。',
  '1 second': '1 秒',
  '{{0}} seconds': '{{0}} 秒',
  '{{0}} minutes': '{{0}} 分钟',
  '{{0}} hours': '{{0}} 小时',
  'It points to what is no address.': '它指向的不是有效地址。',
  'The layer’s address is inside of a private network.': '该层的地址位于专用网络内。',
  'The login was not accepted.': '登录未被接受。',
  'A registry without a scheme.': '镜像仓库没有协议。',
  'The registry asks for a kind of login that Manifold does not know.':
    '该镜像仓库要求的登录方式 Manifold 不支持。',
  'There is no login for this registry.': '没有此镜像仓库的登录信息。',
  'Its token server {{0}} does without TLS.': '其令牌服务器 {{0}} 不使用 TLS。',
  'Its token server is inside of a private network.': '其令牌服务器位于专用网络内。',
  '“{{0}}” is no image reference: {{1}}.': '“{{0}}”不是镜像引用：{{1}}。',
  'Write it as for docker pull, such as alpine:3.20 or registry.example:5000/team/app@sha256:….':
    '请按 docker pull 的写法填写，例如 alpine:3.20 或 registry.example:5000/team/app@sha256:…。',
  'The registry {{0}} has stored {{1}} in place of {{2}}.': '镜像仓库 {{0}} 存储的是 {{1}}，而不是 {{2}}。',
  '{{0}} is stored in Docker’s old image format (schema 1), which Manifold does not read.':
    '{{0}} 以 Docker 的旧镜像格式（schema 1）存储，Manifold 不读取这种格式。',
  'Pull it with an old Docker and push it again with a current tool, or build it again.':
    '请用旧版 Docker 拉取，再用当前的工具重新推送，或重新构建。',
  'The registries in {{0}} can’t be understood.': '无法理解 {{0}} 中的镜像仓库设置。',
  'Correct the file; the documentation of {{0}} says how it is written.':
    '请更正该文件；其写法见 {{0}} 的文档。',
  '{{0}} bytes, ': '{{0}} 字节，',
  '{{0}} has {{1}}more than the {{2}} that are read.': '{{0}} 有 {{1}}超过读取上限 {{2}} 字节。',
  'the list of tags of {{0}}': '{{0}} 的标签列表',
  '{{0}} is no list of tags.': '{{0}} 不是标签列表。',
  'is no address': '不是有效地址',
  'only http://, https:// and socks5:// can be used': '只能使用 http://、https:// 和 socks5://',
  'has a {{0}}// address, and {{1}}': '的地址以 {{0}}// 开头，而{{1}}',
  'does not answer as a proxy does': '没有像代理那样响应',
  'can’t be reached: {{0}}': '无法连接：{{0}}',
  'wants a login': '要求登录',
  'does not accept the login': '不接受登录信息',
  'answers {{0}} when asked for {{1}}': '对 {{1}} 的请求返回了“{{0}}”',
  'The registry {{0}} can’t be reached: {{1}} in the environment {{2}}.':
    '无法连接镜像仓库 {{0}}：环境变量 {{1}} {{2}}。',
  'The registry {{0}} can’t be reached: the proxy {{1}} ({{2}}) {{3}}.':
    '无法连接镜像仓库 {{0}}：代理 {{1}}（{{2}}）{{3}}。',
  'Add the certificate of the proxy’s authority to those that this machine trusts.':
    '请将代理的证书颁发机构的证书加入本机信任的证书。',
  'Set {{0}} to an address such as http://proxy.example:3128, and start Manifold again.':
    '请将 {{0}} 设为 http://proxy.example:3128 形式的地址，然后重新启动 Manifold。',
  'Check {{0}} and your network. What needs no proxy belongs into NO_PROXY.':
    '请检查 {{0}} 和您的网络。不需要代理的主机应写入 NO_PROXY。',
  'Check {{0}}: another port, or http:// in place of https://, may be right.':
    '请检查 {{0}}：可能应使用其他端口，或用 http:// 代替 https://。',
  'Put your login for the proxy into {{0}}, as http://user:password@proxy.example:3128 with %40 for @ and the like, and start Manifold again.':
    '请将代理的登录信息写入 {{0}}，形如 http://user:password@proxy.example:3128（其中 @ 写作 %40，其他特殊字符同理），然后重新启动 Manifold。',
  'Ask whoever runs the proxy to let you through. If {{0}} can be reached without it, add it to NO_PROXY.':
    '请联系代理的管理者放行。如果不经代理即可连接 {{0}}，请将其加入 NO_PROXY。',
  'general failure': '一般性故障',
  'not allowed': '不允许',
  'network unreachable': '网络不可达',
  'host unreachable': '主机不可达',
  'connection refused': '连接被拒绝',
  'too many hops': '跳数过多',
  'command not supported': '不支持此命令',
  'kind of address not supported': '不支持此类地址',
  'it hung up': '它断开了连接',
  'can’t be asked for {{0}}': '无法处理对 {{0}} 的请求',
  'error {{0}}': '错误 {{0}}',
  'Log in with docker login {{0}}, and check that your account may read or write the repository.':
    '请用 docker login {{0}} 登录，并确认您的账号有该仓库的读取或写入权限。',
};
