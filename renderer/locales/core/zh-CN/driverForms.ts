import type { TextTable } from '../translator';

/** The forms of the drivers: labels, descriptions, and what is wrong with what was typed. */
export const driverForms: TextTable = {
  'Type a size, such as 512m or 2g.': '请输入大小，例如 512m 或 2g。',
  'Type a size, such as 2g, or -1 for as much as there is.': '请输入大小，例如 2g；-1 表示不限。',
  'Type a whole number.': '请输入整数。',
  'Choose true or false.': '请选择是或否。',
  'Type one of {{0}}, or on-failure:5 for five attempts.':
    '请输入 {{0}} 之一，或输入 on-failure:5 表示最多尝试五次。',
  'An environment variable needs a name.': '环境变量需要名称。',
  'The driver docker-container has no option {{0}}.': 'docker-container 驱动没有选项 {{0}}。',
  'BuildKit image': 'BuildKit 镜像',
  'Pulled by the engine when the container is made.': '创建容器时由引擎拉取。',
  Network: '网络',
  'The container’s network: bridge, host, none, or the name of one.':
    '容器的网络：bridge、host、none，或某个网络的名称。',
  Memory: '内存',
  'What all builds may use together.': '所有构建合计可用的内存。',
  'Memory and swap': '内存与交换空间',
  'Memory and swap together; -1 for as much swap as there is.': '内存与交换空间的总和；-1 表示交换空间不限。',
  'CPU quota': 'CPU 配额',
  'Microseconds of CPU time in each period.': '每个周期内可用的 CPU 时间，单位为微秒。',
  'CPU period': 'CPU 周期',
  'Length of a period in microseconds.': '周期的长度，单位为微秒。',
  'CPU shares': 'CPU 份额',
  'Weight against other containers while the CPU is busy.': 'CPU 繁忙时相对于其他容器的权重。',
  CPUs: 'CPU',
  'The CPUs that builds may run on.': '构建可以使用的 CPU。',
  'Memory nodes': '内存节点',
  'The NUMA nodes whose memory builds may use.': '构建可以使用其内存的 NUMA 节点。',
  'Parent cgroup': '上级 cgroup',
  'Has a meaning where the engine’s cgroup driver is cgroupfs.': '仅当引擎的 cgroup 驱动为 cgroupfs 时有效。',
  'Restart policy': '重启策略',
  'no, always, unless-stopped, on-failure or on-failure:5.':
    'no、always、unless-stopped、on-failure 或 on-failure:5。',
  'Load into Docker by default': '默认加载到 Docker',
  'Builds that name no output end in the engine’s images.': '没有指定输出的构建会进入引擎的镜像。',
  'Environment variables': '环境变量',
  'For buildkitd: proxies, BUILDKIT_STEP_LOG_MAX_SIZE.':
    '供 buildkitd 使用：代理、BUILDKIT_STEP_LOG_MAX_SIZE 等。',
  'Allow an untrusted image': '允许不受信任的镜像',
  'Lets docker buildx start moby/buildkit images whose signature it can’t verify.':
    '允许 docker buildx 启动无法验证签名的 moby/buildkit 镜像。',
  'GitHub Actions in provenance': '来源证明中的 GitHub Actions',
  'Lets docker buildx, when it runs in GitHub Actions, add the workflow to provenance.':
    'docker buildx 在 GitHub Actions 中运行时，会将工作流写入来源证明。',
  'The BuildKit inside a Docker Engine.': 'Docker Engine 内置的 BuildKit。',
  'Docker context': 'Docker 上下文',
  'A BuildKit daemon in a container, on this machine’s Docker or another one.':
    '容器中的 BuildKit 守护进程，位于本机或其他机器的 Docker 上。',
  'A Docker context, or an engine’s address: unix://, tcp:// or ssh://.':
    'Docker 上下文，或引擎的地址：unix://、tcp:// 或 ssh://。',
  'BuildKit in pods of a Kubernetes cluster.': 'Kubernetes 集群的 Pod 中的 BuildKit。',
  'A Kubernetes node’s address is kubernetes:///….': 'Kubernetes 节点的地址形如 kubernetes:///…。',
  'A BuildKit daemon on this machine, started and stopped by Manifold.':
    '本机上的 BuildKit 守护进程，由 Manifold 启动和停止。',
  'Type the file’s whole path, from the root.': '请输入文件从根目录开始的完整路径。',
  'A client certificate and its key belong together: give both or none.':
    '客户端证书与其密钥须成对出现：要么都填，要么都不填。',
  'TLS needs the CA certificate that signed the daemon’s, in buildx as well.':
    'TLS 需要签发守护进程证书的 CA 证书，buildx 也是如此。',
  'Only tcp://host:port has TLS: use that, or leave the certificates empty.':
    '只有 tcp://host:port 支持 TLS：请使用此形式，或将证书留空。',
  'A BuildKit daemon that is already running, here or on another machine.':
    '已在运行的 BuildKit 守护进程，位于本机或其他机器。',
  Address: '地址',
  'unix:///path/to/buildkitd.sock, tcp://host:port, ssh://user@host, docker-container://name or kube-pod://name':
    'unix:///path/to/buildkitd.sock、tcp://host:port、ssh://user@host、docker-container://name 或 kube-pod://name',
  'CA certificate': 'CA 证书',
  'Checks the daemon’s certificate; with it the connection uses TLS.':
    '用于验证守护进程的证书；填写后连接使用 TLS。',
  'Client certificate': '客户端证书',
  'Client key': '客户端密钥',
  'Server name': '服务器名称',
  'The name in the daemon’s certificate, where it differs from the host.':
    '守护进程证书中的名称，当它与主机名不同时填写。',
  'The certificate file {{0}} can’t be read.': '无法读取证书文件 {{0}}。',
  'Check the file’s path and permissions in the builder’s settings.':
    '请在构建器的设置中检查该文件的路径和权限。',
  Namespace: '命名空间',
  'Where the pods run; the namespace of the kubeconfig’s context when empty.':
    'Pod 运行的位置；留空则使用 kubeconfig 当前上下文的命名空间。',
  Replicas: '副本数',
  'Load balancing': '负载均衡',
  'Which pod serves a build: always the same one, whose cache is warm, or any.':
    '由哪个 Pod 执行构建：始终同一个（其缓存可用），或任意一个。',
  Sticky: '固定',
  Random: '随机',
  Rootless: '无 root 权限',
  'Runs BuildKit without privileges.': '以非特权方式运行 BuildKit。',
  Image: '镜像',
  'CPU request': 'CPU 请求',
  'Memory request': '内存请求',
  'Ephemeral storage request': '临时存储请求',
  'CPU limit': 'CPU 上限',
  'Memory limit': '内存上限',
  'Ephemeral storage limit': '临时存储上限',
  'Persistent volume': '持久卷',
  'Size of a volume claim that keeps the cache of each pod; with it the pods are a StatefulSet.':
    '用于保存各 Pod 缓存的卷声明的大小；填写后 Pod 由 StatefulSet 管理。',
  'State in memory': '状态存于内存',
  'Keeps BuildKit’s state in memory, up to this size.': '将 BuildKit 的状态保存在内存中，最多占用此大小。',
  'Node selector': '节点选择器',
  Tolerations: '容忍度',
  'Separated by ";".': '以“;”分隔。',
  Annotations: '注解',
  Labels: '标签（label）',
  'Service account': '服务账号',
  Scheduler: '调度器',
  Timeout: '超时',
  'How long starting may take.': '启动最多可用的时间。',
  'Install emulators': '安装模拟器',
  'A privileged init container registers them with the node’s kernel.': '由特权 init 容器向节点的内核注册。',
  'Emulators’ image': '模拟器镜像',
  'Load by default': '默认加载',
  'Builds without an output are loaded into Docker.': '没有指定输出的构建会加载到 Docker。',
  Environment: '环境变量',
};
