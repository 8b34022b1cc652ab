package main

import (
	"context"
	"flag"
	"net"
	"time"

	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/controller-manager/pkg/informerfactory"
	"k8s.io/kubernetes/pkg/controller/deployment"
	"k8s.io/kubernetes/pkg/controller/garbagecollector"
	"k8s.io/kubernetes/pkg/controller/replicaset"
	"k8s.io/kubernetes/pkg/controller/statefulset"
)

const (
	workers    = 2
	syncPeriod = 5 * time.Second
)

// runControllers runs those controllers of kube-controller-manager that turn Deployments and StatefulSets into pods and
// remove what belonged to something that is gone. The whole manager would double what has to be compiled beyond the API
// server.
func runControllers(args []string) error {
	flags := flag.NewFlagSet("controllers", flag.ContinueOnError)
	kubeconfig := flags.String("kubeconfig", "", "how to reach the API server")
	address := flags.String("address", "", "host:port that accepts connections once they run")
	if err := flags.Parse(args); err != nil {
		return err
	}
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		return err
	}
	config.QPS, config.Burst = -1, -1
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	objects, err := metadata.NewForConfig(config)
	if err != nil {
		return err
	}
	ctx := context.Background()
	shared := informers.NewSharedInformerFactory(client, 0)
	sharedObjects := metadatainformer.NewSharedInformerFactory(objects, 0)
	apps, core := shared.Apps().V1(), shared.Core().V1()

	deployments, err := deployment.NewDeploymentController(ctx, apps.Deployments(), apps.ReplicaSets(), core.Pods(), client)
	if err != nil {
		return err
	}
	replicaSets := replicaset.NewReplicaSetController(ctx, apps.ReplicaSets(), core.Pods(), client, replicaset.BurstReplicas)
	statefulSets := statefulset.NewStatefulSetController(ctx, core.Pods(), apps.StatefulSets(),
		core.PersistentVolumeClaims(), apps.ControllerRevisions(), client)
	started := make(chan struct{})
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(client.Discovery()))
	garbage, err := garbagecollector.NewGarbageCollector(ctx, client, objects, mapper,
		garbagecollector.DefaultIgnoredResources(), informerfactory.NewInformerFactory(shared, sharedObjects), started)
	if err != nil {
		return err
	}

	go deployments.Run(ctx, workers)
	go replicaSets.Run(ctx, workers)
	go statefulSets.Run(ctx, workers)
	go garbage.Run(ctx, workers, syncPeriod)
	go garbage.Sync(ctx, client.Discovery(), syncPeriod)
	shared.Start(ctx.Done())
	sharedObjects.Start(ctx.Done())
	close(started)
	shared.WaitForCacheSync(ctx.Done())
	if _, err := net.Listen("tcp", *address); err != nil {
		return err
	}
	select {}
}
