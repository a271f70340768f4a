// Command volumes gives out persistent volumes for the cluster: a claim
// becomes a directory of the node that the scheduler picked, shown to pods as a
// volume of type local. It also carries out growth of claims, which for a
// directory only means writing the new size down.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/retry"
	"k8s.io/klog/v2"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

// provisioner keeps the volumes of node N in root/N on the host; the node sees
// that directory at mountPoint.
type provisioner struct {
	root       string
	mountPoint string
}

func (p *provisioner) Provision(_ context.Context, o controller.ProvisionOptions) (*v1.PersistentVolume, controller.ProvisioningState, error) {
	node := o.SelectedNodeName
	if node == "" {
		return nil, controller.ProvisioningFinished, fmt.Errorf("claim %s/%s has no node yet: the class must use WaitForFirstConsumer", o.PVC.Namespace, o.PVC.Name)
	}
	if o.PVC.Spec.Selector != nil {
		return nil, controller.ProvisioningFinished, fmt.Errorf("claim selectors are not supported")
	}
	home := filepath.Join(p.root, node)
	if _, err := os.Stat(home); err != nil {
		return nil, controller.ProvisioningReschedule, fmt.Errorf("node %s has no volume directory: %w", node, err)
	}
	dir := filepath.Join(home, o.PVName)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	mode := v1.PersistentVolumeFilesystem
	return &v1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: o.PVName},
		Spec: v1.PersistentVolumeSpec{
			PersistentVolumeReclaimPolicy: *o.StorageClass.ReclaimPolicy,
			AccessModes:                   o.PVC.Spec.AccessModes,
			MountOptions:                  o.StorageClass.MountOptions,
			VolumeMode:                    &mode,
			Capacity:                      v1.ResourceList{v1.ResourceStorage: o.PVC.Spec.Resources.Requests[v1.ResourceStorage]},
			PersistentVolumeSource:        v1.PersistentVolumeSource{Local: &v1.LocalVolumeSource{Path: filepath.Join(p.mountPoint, o.PVName)}},
			NodeAffinity: &v1.VolumeNodeAffinity{Required: &v1.NodeSelector{NodeSelectorTerms: []v1.NodeSelectorTerm{{
				MatchExpressions: []v1.NodeSelectorRequirement{{
					Key: v1.LabelHostname, Operator: v1.NodeSelectorOpIn, Values: []string{node},
				}},
			}}}},
		},
	}, controller.ProvisioningFinished, nil
}

func (p *provisioner) Delete(_ context.Context, pv *v1.PersistentVolume) error {
	if pv.Spec.Local == nil {
		return &controller.IgnoredError{Reason: "not a local volume"}
	}
	dirs, err := filepath.Glob(filepath.Join(p.root, "*", filepath.Base(pv.Name)))
	if err != nil {
		return err
	}
	for _, dir := range dirs {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	return nil
}

// grow writes the size that a bound claim asks for into its volume and into the
// claim's status.
func grow(ctx context.Context, client kubernetes.Interface, name string, claim *v1.PersistentVolumeClaim) error {
	want := claim.Spec.Resources.Requests[v1.ResourceStorage]
	have := claim.Status.Capacity[v1.ResourceStorage]
	if claim.Status.Phase != v1.ClaimBound || want.Cmp(have) <= 0 {
		return nil
	}
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		pv, err := client.CoreV1().PersistentVolumes().Get(ctx, claim.Spec.VolumeName, metav1.GetOptions{})
		if err != nil {
			return err
		}
		if pv.Annotations["pv.kubernetes.io/provisioned-by"] != name {
			return nil
		}
		if size := pv.Spec.Capacity[v1.ResourceStorage]; size.Cmp(want) < 0 {
			pv.Spec.Capacity[v1.ResourceStorage] = want
			if _, err := client.CoreV1().PersistentVolumes().Update(ctx, pv, metav1.UpdateOptions{}); err != nil {
				return err
			}
		}
		now, err := client.CoreV1().PersistentVolumeClaims(claim.Namespace).Get(ctx, claim.Name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		if size := now.Status.Capacity[v1.ResourceStorage]; size.Cmp(want) >= 0 {
			return nil
		}
		now.Status.Capacity[v1.ResourceStorage] = want
		now.Status.Conditions = nil
		_, err = client.CoreV1().PersistentVolumeClaims(claim.Namespace).UpdateStatus(ctx, now, metav1.UpdateOptions{})
		return err
	})
}

func main() {
	kubeconfig := flag.String("kubeconfig", "", "kubeconfig file")
	name := flag.String("name", "millrace/local", "name of the provisioner in storage classes")
	root := flag.String("root", "", "directory with one directory per node")
	mountPoint := flag.String("mount-point", "", "where a node sees its directory")
	flag.Parse()
	if *root == "" || *mountPoint == "" {
		fmt.Fprintln(os.Stderr, "--root and --mount-point are needed")
		os.Exit(2)
	}
	syscall.Umask(0)

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	logger := klog.FromContext(ctx)

	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		klog.Fatal(err)
	}
	config.QPS, config.Burst = 50, 100
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		klog.Fatal(err)
	}

	factory := informers.NewSharedInformerFactory(client, 0)
	claims := factory.Core().V1().PersistentVolumeClaims().Informer()
	onClaim := func(o any) {
		claim, ok := o.(*v1.PersistentVolumeClaim)
		if !ok {
			return
		}
		if err := grow(ctx, client, *name, claim); err != nil {
			logger.Error(err, "growing a claim", "claim", klog.KObj(claim))
		}
	}
	if _, err := claims.AddEventHandlerWithResyncPeriod(cache.ResourceEventHandlerFuncs{
		AddFunc:    onClaim,
		UpdateFunc: func(_, o any) { onClaim(o) },
	}, 15*time.Second); err != nil {
		klog.Fatal(err)
	}
	factory.Start(ctx.Done())

	controller.NewProvisionController(ctx, client, *name,
		&provisioner{root: *root, mountPoint: *mountPoint},
		controller.LeaderElection(false),
		controller.ExponentialBackOffOnError(true),
		controller.FailedProvisionThreshold(0),
		controller.FailedDeleteThreshold(0),
		controller.RetryIntervalMax(10*time.Second),
		controller.MetricsPort(0),
	).Run(ctx)
}
