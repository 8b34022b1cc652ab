// Command kubernetes is the cluster that the tests run: etcd, kube-apiserver, the controllers that make pods and the part
// of a node through which commands are run in them. They are one program because they share nearly all of their code.
// The first argument says which one it is; the others are that one's own flags.
package main

import (
	"fmt"
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() {
	if len(os.Args) < 2 {
		fail("which one?")
	}
	name := os.Args[1]
	os.Args = append([]string{name}, os.Args[2:]...)
	switch name {
	case "etcd":
		etcdmain.Main(os.Args)
	case "kube-apiserver":
		os.Exit(cli.Run(apiserver.NewAPIServerCommand()))
	case "controllers":
		check(runControllers(os.Args[1:]))
	case "node":
		check(serveNode(os.Args[1:]))
	default:
		fail("there is no " + name)
	}
}

func check(err error) {
	if err != nil {
		fail(err.Error())
	}
}

func fail(why string) {
	fmt.Fprintf(os.Stderr, "kubernetes: %s\n", why)
	os.Exit(2)
}
