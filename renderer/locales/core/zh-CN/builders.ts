import type { TextTable } from '../translator';

/** Builders, their nodes and how they are reached. */
export const builders: TextTable = {
  'installing emulators for {{0}}': '正在安装 {{0}} 的模拟器',
  'There is no emulator for {{0}}.': '没有适用于 {{0}} 的模拟器。',
  'Emulators exist for Linux on {{0}}. Add a node that runs {{1}} by itself.':
    '仅有以下架构的 Linux 模拟器：{{0}}。请添加能原生运行 {{1}} 的节点。',
  'Emulators can’t be installed: {{0}}': '无法安装模拟器：{{0}}',
  'Run on the engine’s machine, once it can get the image: {{0}}':
    '待引擎所在的机器能获取该镜像后，请在其上运行：{{0}}',
  'Emulators can’t be installed: {{0}}.': '无法安装模拟器：{{0}}。',
  'Emulators can’t be installed: {{0}} ended with status {{1}}.': '无法安装模拟器：{{0}} 以状态 {{1}} 结束。',
  'Try it by hand, on the engine’s machine: {{0}}': '请在引擎所在的机器上手动尝试：{{0}}',
  'It has no nodes.': '它没有节点。',
  'There is no builder named {{0}}.': '没有名为 {{0}} 的构建器。',
  'The builder {{0}} can’t be changed here.': '构建器 {{0}} 不能在此更改。',
  'The builder {{0}} has no node {{1}}.': '构建器 {{0}} 没有节点 {{1}}。',
  'There is no driver named {{0}} on this machine.': '本机没有名为 {{0}} 的驱动。',
  'It may have been removed.': '它可能已被移除。',
  'A builder’s name begins with a letter and has letters, digits, "-", "_" and "." only.':
    '构建器名称须以字母开头，只能包含字母、数字、“-”、“_”和“.”。',
  'The name {{0}} is taken by Manifold or Docker.': '名称 {{0}} 已被 Manifold 或 Docker 占用。',
  'Choose another name.': '请使用其他名称。',
  'Builders of the driver {{0}} are found, not made.': '{{0}} 驱动的构建器是自动发现的，不能创建。',
  'Builders of the driver {{0}} have one node.': '{{0}} 驱动的构建器只有一个节点。',
  'A builder of this kind is started first; there is nothing to test before.':
    '此类构建器须先启动；启动之前没有可以测试的内容。',
  'There is a builder named {{0}} already.': '已有名为 {{0}} 的构建器。',
  'flock ended with {{0}}': 'flock 已结束：{{0}}',
  'Another program is changing the builders.': '另一个程序正在更改构建器。',
  'Wait until docker buildx is done, then try again.': '请等待 docker buildx 完成后重试。',
  '"{{0}}" is no container’s name.': '“{{0}}”不是容器名称。',
  'it did not answer within {{0}} seconds': '{{0}} 秒内没有响应',
  'there is no buildctl on the far side': '远端没有 buildctl',
  'Install BuildKit there; a command that is run without a terminal has to find buildctl on its PATH.':
    '请在远端安装 BuildKit；不带终端运行的命令须能在其 PATH 中找到 buildctl。',
  'access to the daemon’s socket is denied on the far side': '远端拒绝访问守护进程的套接字',
  'Let that user read and write the socket, for instance through its group, or log in as another one.':
    '请允许该用户读写此套接字（例如通过其所属组），或以其他用户登录。',
  'no BuildKit daemon listens on the far side': '远端没有 BuildKit 守护进程在监听',
  'Start buildkitd there. If its socket is not the usual one, add its path to the address.':
    '请在远端启动 buildkitd。如果其套接字不在默认位置，请将路径加到地址中。',
  'nothing listens on its SSH port': '其 SSH 端口上没有服务在监听',
  'Start its SSH server, or correct host and port.': '请启动其 SSH 服务器，或更正主机和端口。',
  'its SSH server did not answer': '其 SSH 服务器没有响应',
  'Check the address, the network and firewalls.': '请检查地址、网络和防火墙。',
  'the host name is not known': '主机名未知',
  'Correct the host name, or check the network.': '请更正主机名，或检查网络。',
  'there is no route to the host': '没有到该主机的路由',
  'Check the network.': '请检查网络。',
  'it says: {{0}}': '它返回：{{0}}',
  'it closed the connection before it answered': '它在响应之前关闭了连接',
  '"{{0}}" is not {{1}}.': '“{{0}}”不符合 {{1}} 的形式。',
  '"{{0}}" is no parameter of such an address: it is {{1}}.': '“{{0}}”不是此类地址的参数：地址应为 {{1}}。',
  'The address lacks a name: it is {{0}}.': '地址缺少名称：应为 {{0}}。',
  '"{{0}}" is no name that such an address can have.': '此类地址中不能有名称“{{0}}”。',
  'there is no pod {{0}} in the namespace {{1}}': '命名空间 {{1}} 中没有 Pod {{0}}',
  '"{{0}}" is no {{1}}’s name in Kubernetes.': '“{{0}}”不是 Kubernetes 中有效的 {{1}} 名称。',
  'Two different certificates of one registry are named {{0}}.': '同一镜像仓库有两个不同的证书都名为 {{0}}。',
  'Line {{0}} of the buildkitd.toml is no TOML.': 'buildkitd.toml 的第 {{0}} 行不是有效的 TOML。',
  '{{0}} in the buildkitd.toml: {{1}}': 'buildkitd.toml 中的 {{0}}：{{1}}',
  '{{0}} in the buildkitd.toml: write the file’s whole path, from the root.':
    'buildkitd.toml 中的 {{0}}：请写出文件从根目录开始的完整路径。',
  '{{0}}, which the buildkitd.toml names, can’t be read.': '无法读取 buildkitd.toml 中提到的 {{0}}。',
  'Correct the path, or let your user read the file.': '请更正路径，或允许您的用户读取该文件。',
  'it closed the connection after the TLS handshake': '它在 TLS 握手之后关闭了连接',
  '{{0}} did not list its cache within {{1}} seconds.': '{{0}} 在 {{1}} 秒内没有列出其缓存。',
  'It may be busy with builds. Try again later.': '它可能正忙于构建。请稍后重试。',
  '"until" and the time since the last use exclude each other.': '“until”与“未使用时间”不能同时使用。',
  'Write filters as buildx does, such as type=regular, description~=go or until=24h.':
    '请按 buildx 的写法填写筛选条件，例如 type=regular、description~=go 或 until=24h。',
  '{{0}} runs BuildKit {{1}}, which has no limit for used or free space.':
    '{{0}} 运行的是 BuildKit {{1}}，不支持限制已用或空闲空间。',
  '{{0}} runs BuildKit of an unknown version, which has no limit for used or free space.':
    '{{0}} 运行的 BuildKit 版本未知，不支持限制已用或空闲空间。',
  'Leave both limits empty, or update BuildKit to 0.17 or newer.':
    '请将两项限制留空，或将 BuildKit 更新到 0.17 或更高版本。',
  '{{0}} refuses: {{1}}': '{{0}} 拒绝：{{1}}',
  'Try again, or look into the daemon’s log.': '请重试，或查看守护进程的日志。',
  'The builder’s configuration has a file at {{0}}, which is outside of its folder.':
    '构建器的配置中有位于 {{0}} 的文件，在其文件夹之外。',
  'Make the builder again.': '请重新创建构建器。',
  'starting the container {{0}}': '正在启动容器 {{0}}',
  'waiting for buildkitd': '正在等待 buildkitd',
  'The container {{0}} on {{1}} does not run.': '{{1}} 上的容器 {{0}} 没有运行。',
  'Start the builder.': '请启动构建器。',
  'creating the container {{0}}': '正在创建容器 {{0}}',
  'using the engine’s own {{0}}': '正在使用引擎已有的 {{0}}',
  'buildkitd in the container {{0}} does not start: {{1}}': '容器 {{0}} 中的 buildkitd 无法启动：{{1}}',
  'buildkitd in the container {{0}} does not start.': '容器 {{0}} 中的 buildkitd 无法启动。',
  'Read what it printed, correct the builder’s options or its buildkitd.toml, and make the builder again.':
    '请查看其输出，更正构建器的选项或其 buildkitd.toml，然后重新创建构建器。',
  'The options don’t fit.': '选项不符合要求。',
  'Change what you typed.': '请修改输入的内容。',
  'Type the daemon’s address, such as tcp://host:1234.': '请输入守护进程的地址，例如 tcp://host:1234。',
  '"{{0}}" begins with none of unix://, tcp://, ssh://, docker-container:// and kube-pod://.':
    '“{{0}}”须以 unix://、tcp://、ssh://、docker-container:// 或 kube-pod:// 开头。',
  'A socket needs an absolute path: unix:///path/to/buildkitd.sock.':
    '套接字需要绝对路径：unix:///path/to/buildkitd.sock。',
  '"{{0}}" is not tcp://host:port, such as tcp://builder.example:1234.':
    '“{{0}}”不是 tcp://host:port 的形式，例如 tcp://builder.example:1234。',
  'The driver {{0}} starts no buildkitd that could be configured.':
    '{{0}} 驱动不会启动可供配置的 buildkitd。',
  'A node’s name begins with a letter and has letters, digits, "-", "_" and "." only.':
    '节点名称须以字母开头，只能包含字母、数字、“-”、“_”和“.”。',
  'The builder {{0}} has a node named {{1}} already.': '构建器 {{0}} 已有名为 {{1}} 的节点。',
  'The node {{0}} is at {{1}} already.': '节点 {{0}} 已位于 {{1}}。',
  'A builder takes each endpoint once. Choose another one.': '一个构建器中每个端点只能使用一次。请另选一个。',
  '{{0}} is the last node of {{1}}.': '{{0}} 是 {{1}} 的最后一个节点。',
  'Remove the builder instead.': '请改为移除构建器。',
  '{{0}} is stopped.': '{{0}} 已停止。',
  'Start the builder, then try again.': '请启动构建器后重试。',
  'Emulators can’t be installed on the machine of {{0}} from here.':
    '无法从此处在 {{0}} 所在的机器上安装模拟器。',
  'Check the address and that the daemon runs.': '请检查地址，并确认守护进程正在运行。',
  '{{0}} can’t be reached: {{1}}.': '无法连接 {{0}}：{{1}}。',
  'Manifold can’t use the builder {{0}}: {{1}}': 'Manifold 无法使用构建器 {{0}}：{{1}}',
  'Builders of the driver {{0}} are not supported yet.': '尚不支持 {{0}} 驱动的构建器。',
  'Use it with docker buildx, or choose another builder here.':
    '请通过 docker buildx 使用它，或在此选择其他构建器。',
  '{{0}} has no Docker Engine of its own that could push.': '{{0}} 自身没有可以推送的 Docker Engine。',
};
