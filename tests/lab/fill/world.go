package main

import (
	"fmt"
	"math/rand"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// world says what the objects look like. The same number always gives the same object, but for its times.
type world struct {
	now        time.Time
	nodes      int
	namespaces int
}

const month = 30 * 24 * 3600

// dice returns the random numbers of one object.
func dice(kind, i int) *rand.Rand {
	return rand.New(rand.NewSource(int64(kind)<<40 | int64(i)))
}

func uid(r *rand.Rand) types.UID {
	a, b := r.Uint64(), r.Uint64()
	return types.UID(fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>48&0xfff, b&0xffffffffffff))
}

func namespaceName(i int) string { return fmt.Sprintf("team-%03d", i) }
func nodeName(i int) string      { return fmt.Sprintf("node-%04d", i) }

func (w world) namespace(i int) entry {
	name := namespaceName(i)
	return entry{"/registry/namespaces/" + name, &corev1.Namespace{
		TypeMeta: metav1.TypeMeta{Kind: "Namespace", APIVersion: "v1"},
		ObjectMeta: metav1.ObjectMeta{
			Name: name, UID: uid(dice(1, i)), CreationTimestamp: metav1.NewTime(w.now.Add(-month * time.Second)),
			Labels: map[string]string{"kubernetes.io/metadata.name": name},
		},
		Spec:   corev1.NamespaceSpec{Finalizers: []corev1.FinalizerName{"kubernetes"}},
		Status: corev1.NamespaceStatus{Phase: corev1.NamespaceActive},
	}}
}

func (w world) node(i int) entry {
	name := nodeName(i)
	created := metav1.NewTime(w.now.Add(-month * time.Second))
	room := corev1.ResourceList{"cpu": resource.MustParse("32"), "memory": resource.MustParse("128Gi"), "pods": resource.MustParse("1000")}
	return entry{"/registry/minions/" + name, &corev1.Node{
		TypeMeta: metav1.TypeMeta{Kind: "Node", APIVersion: "v1"},
		ObjectMeta: metav1.ObjectMeta{
			Name: name, UID: uid(dice(2, i)), CreationTimestamp: created,
			Labels: map[string]string{
				"kubernetes.io/hostname": name, "node-role.kubernetes.io/worker": "",
				"topology.kubernetes.io/zone": fmt.Sprintf("zone-%c", 'a'+i%3),
			},
		},
		Status: corev1.NodeStatus{
			Capacity: room, Allocatable: room,
			Addresses: []corev1.NodeAddress{
				{Type: corev1.NodeInternalIP, Address: fmt.Sprintf("192.168.%d.%d", i>>8&255, i&255)},
				{Type: corev1.NodeHostName, Address: name},
			},
			Conditions: []corev1.NodeCondition{{
				Type: corev1.NodeReady, Status: corev1.ConditionTrue, Reason: "KubeletReady", Message: "kubelet is posting ready status",
				LastHeartbeatTime: metav1.NewTime(w.now), LastTransitionTime: created,
			}},
			NodeInfo: corev1.NodeSystemInfo{
				KubeletVersion: "v1.36.3", ContainerRuntimeVersion: "containerd://2.1.0", Architecture: "amd64", OperatingSystem: "linux",
				OSImage: "Debian GNU/Linux 13 (trixie)", KernelVersion: "6.12.0-amd64",
			},
		},
	}}
}
