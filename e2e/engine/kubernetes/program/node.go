package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/remotecommand"
	streaming "k8s.io/kubelet/pkg/cri/streaming/remotecommand"
	utilexec "k8s.io/utils/exec"

	remotecommandconsts "k8s.io/apimachinery/pkg/util/remotecommand"
)

// serveNode listens where the API server expects a node's kubelet and runs commands for its pods, over the same streaming
// protocols (it is the kubelet's own code that speaks them). There are no containers: a pod is a file that has its name
// and holds the environment, one NAME=value a line, in which its commands run on this machine.
func serveNode(args []string) error {
	flags := flag.NewFlagSet("node", flag.ContinueOnError)
	address := flags.String("address", "", "host:port to listen on")
	cert := flags.String("tls-cert-file", "", "certificate, PEM")
	key := flags.String("tls-private-key-file", "", "its key, PEM")
	pods := flags.String("pods", "", "folder with a file for each pod")
	if err := flags.Parse(args); err != nil {
		return err
	}
	handler := http.NewServeMux()
	handler.HandleFunc("/exec/{namespace}/{pod}/{container}", func(w http.ResponseWriter, r *http.Request) {
		options, err := streaming.NewOptions(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		streaming.ServeExec(w, r, pod{folder: *pods}, r.PathValue("pod"), "", r.PathValue("container"),
			r.URL.Query()["command"], options, 4*time.Hour, 30*time.Second,
			remotecommandconsts.SupportedStreamingProtocols)
	})
	return http.ListenAndServeTLS(*address, *cert, *key, handler)
}

type pod struct{ folder string }

// ExecInContainer runs a command in the pod's environment. Its errors are worded as a container runtime words them.
func (p pod) ExecInContainer(ctx context.Context, name string, _ types.UID, container string, cmd []string,
	in io.Reader, out, stderr io.WriteCloser, _ bool, _ <-chan remotecommand.TerminalSize, _ time.Duration) error {
	text, err := os.ReadFile(filepath.Join(p.folder, filepath.Base(name)))
	if err != nil {
		return fmt.Errorf("container not found (%q)", container)
	}
	env := strings.Fields(string(text))
	program, err := find(cmd[0], env)
	if err != nil {
		return err
	}
	process := exec.CommandContext(ctx, program, cmd[1:]...)
	process.Env = env
	process.Stdout, process.Stderr = out, stderr
	// Given as Stdin, it would be read to its end before the command counted as ended.
	stdin, err := process.StdinPipe()
	if err != nil {
		return err
	}
	if err := process.Start(); err != nil {
		return err
	}
	go func() {
		defer stdin.Close()
		_, _ = io.Copy(stdin, in)
	}()
	err = process.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return utilexec.CodeExitError{Err: err, Code: exit.ExitCode()}
	}
	return err
}

func find(name string, env []string) (string, error) {
	for _, entry := range env {
		folders, isPath := strings.CutPrefix(entry, "PATH=")
		for _, folder := range filepath.SplitList(folders) {
			candidate := filepath.Join(folder, name)
			if stat, err := os.Stat(candidate); isPath && err == nil && !stat.IsDir() {
				return candidate, nil
			}
		}
	}
	return "", fmt.Errorf("unable to start container process: exec: %q: executable file not found in $PATH", name)
}
