import type { TextTable } from '../translator';

/** Builders in Kubernetes. */
export const kubernetes: TextTable = {
  'it answered with the status {{0}}': '它返回了状态 {{0}}',
  'The Kubernetes cluster at {{0}} doesn’t know you: {{1}}.':
    '位于 {{0}} 的 Kubernetes 集群不认识您：{{1}}。',
  'Log in to the cluster again, for instance by kubectl get pods in a terminal.':
    '请重新登录集群，例如在终端中运行 kubectl get pods。',
  'The Kubernetes cluster at {{0}} forbids it: {{1}}.': '位于 {{0}} 的 Kubernetes 集群不允许此操作：{{1}}。',
  'Ask for a role in the namespace that may do this, or choose another namespace.':
    '请申请该命名空间中允许此操作的角色，或选择其他命名空间。',
  'The Kubernetes cluster at {{0}} refuses: {{1}}.': '位于 {{0}} 的 Kubernetes 集群拒绝了请求：{{1}}。',
  'Correct the builder’s options, or the cluster.': '请更正构建器的选项或集群的设置。',
  'The Kubernetes cluster at {{0}} can’t be reached: {{1}}.':
    '无法连接位于 {{0}} 的 Kubernetes 集群：{{1}}。',
  'Check that it runs, the network, and that the current context of your kubeconfig is the right one.':
    '请确认集群正在运行、网络可用，且 kubeconfig 的当前上下文正确。',
  'the connection to the API server was lost': '与 API 服务器的连接已断开',
  'the kubeconfig doesn’t name it rightly': 'kubeconfig 中对它的引用不正确',
  'there is no such program': '没有这个程序',
  'it did not answer with a credential': '它没有返回凭据',
  'it failed without a word': '它失败了，没有给出任何说明',
  'the program, by which the kubeconfig logs in to the cluster, failed: {{0}}.':
    'kubeconfig 用于登录集群的程序失败：{{0}}。',
  '{{0}}, by which the kubeconfig logs in to the cluster, failed: {{1}}.':
    'kubeconfig 用于登录集群的 {{0}} 失败：{{1}}。',
  'Run kubectl get pods in a terminal, and log in there if it asks for that.':
    '请在终端中运行 kubectl get pods，如有提示请登录。',
  'There is no kubeconfig: {{0}} is not there.': '没有 kubeconfig：{{0}} 不存在。',
  'Copy the cluster’s to ~/.kube/config, or let KUBECONFIG name it.':
    '请将集群的 kubeconfig 复制到 ~/.kube/config，或用 KUBECONFIG 指定其位置。',
  'The kubeconfig {{0}} can’t be read.': '无法读取 kubeconfig {{0}}。',
  'Check that it is YAML as kubectl writes it.': '请确认它是 kubectl 所用格式的 YAML。',
  'line {{0}}: {{1}}': '第 {{0}} 行：{{1}}',
  'The kubeconfig has no context {{0}} with a cluster.': 'kubeconfig 中没有带集群的上下文 {{0}}。',
  'The kubeconfig has no current context.': 'kubeconfig 没有当前上下文。',
  'Choose one with kubectl config use-context.': '请用 kubectl config use-context 选择一个。',
  'creating the {{0}} {{1}} in the namespace {{2}}': '正在命名空间 {{2}} 中创建 {{0}} {{1}}',
  ', it is scaled to {{0}}': '，副本数已调整为 {{0}}',
  '{{0}} of {{1}} pod is ready{{2}}': '{{1}} 个 Pod 中有 {{0}} 个就绪{{2}}',
  '{{0}} of {{1}} pods are ready{{2}}': '{{1}} 个 Pod 中有 {{0}} 个就绪{{2}}',
  'The {{0}} {{1}} did not become ready within {{2}} s: {{3}}.': '{{0}} {{1}} 在 {{2}} 秒内没有就绪：{{3}}。',
  'No pod of the {{0}} {{1}} runs in the namespace {{2}}.':
    '命名空间 {{2}} 中没有正在运行的 {{0}} {{1}} 的 Pod。',
  'Start the builder. If it was started, see kubectl describe for why its pods don’t run.':
    '请启动构建器。如果已经启动，可用 kubectl describe 查看其 Pod 没有运行的原因。',
  'See kubectl describe for the pods’ events, or give the option timeout more time.':
    '请用 kubectl describe 查看 Pod 的事件，或加大选项 timeout。',
  'Correct the option image, or let the cluster pull it, for instance with a secret of the service account.':
    '请更正选项 image，或让集群能够拉取它，例如为服务账号配置密钥。',
  'Lower the requests, or correct node selector and tolerations.':
    '请降低资源请求，或更正节点选择器和容忍度。',
  'Ask for a larger quota, or for pods that may be privileged.': '请申请更大的配额，或允许运行特权 Pod。',
  'See kubectl describe and kubectl logs for the pods.': '请用 kubectl describe 和 kubectl logs 查看 Pod。',
  'Give the variable a name.': '请填写变量名。',
  'The driver kubernetes has no option {{0}}.': 'kubernetes 驱动没有选项 {{0}}。',
  '"{{0}}" is neither true nor false.': '“{{0}}”既不是 true 也不是 false。',
  'Type how many pods there shall be, such as 2.': '请输入 Pod 的数量，例如 2。',
  '"{{0}}" is neither sticky nor random.': '“{{0}}”既不是 sticky 也不是 random。',
  'Type a duration, such as 90s or 2m.': '请输入时长，例如 90s 或 2m。',
  '"{{0}}" is not name=value.': '“{{0}}”不是 name=value 的形式。',
  '{{0}} is set by the driver.': '{{0}} 由驱动设置。',
  '"{{0}}" belongs to no toleration.': '“{{0}}”不属于容忍度的写法。',
  '"{{0}}" is no quantity, such as 500m, 2 or 4Gi.': '“{{0}}”不是有效的数量，例如 500m、2 或 4Gi。',
  ' (it ended with status {{0}})': '（以状态 {{0}} 结束）',
  'it ended with status {{0}}': '它以状态 {{0}} 结束',
};
