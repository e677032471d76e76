package main

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Field sets as the two writers of an ordinary pod leave them: a good third of a stored pod's bytes.
const (
	createdFields = `{"f:metadata":{"f:generateName":{},"f:labels":{".":{},"f:app":{},"f:pod-template-hash":{},"f:tier":{}},"f:ownerReferences":{".":{},"k:{\"uid\":\"%s\"}":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"main\"}":{".":{},"f:env":{".":{},"k:{\"name\":\"LOG_LEVEL\"}":{".":{},"f:name":{},"f:value":{}}},"f:image":{},"f:imagePullPolicy":{},"f:livenessProbe":{".":{},"f:failureThreshold":{},"f:httpGet":{".":{},"f:path":{},"f:port":{},"f:scheme":{}},"f:periodSeconds":{},"f:successThreshold":{},"f:timeoutSeconds":{}},"f:name":{},"f:ports":{".":{},"k:{\"containerPort\":8080,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{},"f:name":{},"f:protocol":{}}},"f:resources":{".":{},"f:limits":{".":{},"f:cpu":{},"f:memory":{}},"f:requests":{".":{},"f:cpu":{},"f:memory":{}}},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},"f:dnsPolicy":{},"f:enableServiceLinks":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{}}}`
	statusFields  = `{"f:status":{"f:conditions":{"k:{\"type\":\"ContainersReady\"}":{".":{},"f:lastProbeTime":{},"f:lastTransitionTime":{},"f:status":{},"f:type":{}},"k:{\"type\":\"Initialized\"}":{".":{},"f:lastProbeTime":{},"f:lastTransitionTime":{},"f:status":{},"f:type":{}},"k:{\"type\":\"PodReadyToStartContainers\"}":{".":{},"f:lastProbeTime":{},"f:lastTransitionTime":{},"f:status":{},"f:type":{}},"k:{\"type\":\"Ready\"}":{".":{},"f:lastProbeTime":{},"f:lastTransitionTime":{},"f:status":{},"f:type":{}}},"f:containerStatuses":{},"f:hostIP":{},"f:hostIPs":{},"f:phase":{},"f:podIP":{},"f:podIPs":{".":{},"k:{\"ip\":\"%s\"}":{".":{},"f:ip":{}}},"f:startTime":{}}}`
)

// state is what a pod's only container is doing; most run.
func (w world) state(i int, since metav1.Time) (state, last corev1.ContainerState, restarts int32) {
	running := corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: since}}
	switch {
	case i%97 == 0:
		end := metav1.NewTime(w.now.Add(-time.Duration(i%280) * time.Second))
		waiting := corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{
			Reason: "CrashLoopBackOff", Message: "back-off 5m0s restarting failed container=main"}}
		last := corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 1, Reason: "Error", StartedAt: end, FinishedAt: end}}
		return waiting, last, int32(3 + i%40)
	case i%401 == 0:
		waiting := corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{
			Reason: "ImagePullBackOff", Message: "Back-off pulling image"}}
		return waiting, corev1.ContainerState{}, 0
	default:
		return running, corev1.ContainerState{}, int32(i * 7 % 4)
	}
}

func (w world) pod(i int) entry {
	r := dice(3, i)
	yes := true
	namespace := namespaceName(i % w.namespaces)
	service := i / w.namespaces % 400
	app := fmt.Sprintf("svc-%04d", service)
	hash := fmt.Sprintf("%010x", service*7919)
	set := app + "-" + hash
	name := fmt.Sprintf("%s-%05x", set, i)
	ip := fmt.Sprintf("10.%d.%d.%d", i>>16&255, i>>8&255, i&255)
	image := fmt.Sprintf("registry.example.com/team/%s:v1.%d.0", app, i%40)
	owner := uid(dice(4, service*1000+i%w.namespaces))
	created := metav1.NewTime(w.now.Add(-time.Duration(r.Intn(month)) * time.Second))
	node := r.Intn(w.nodes)
	host := fmt.Sprintf("192.168.%d.%d", node>>8&255, node&255)
	state, last, restarts := w.state(i, created)
	ready := state.Running != nil
	condition := func(kind corev1.PodConditionType, holds bool) corev1.PodCondition {
		status := corev1.ConditionTrue
		if !holds {
			status = corev1.ConditionFalse
		}
		return corev1.PodCondition{Type: kind, Status: status, LastTransitionTime: created}
	}

	pod := &corev1.Pod{
		TypeMeta: metav1.TypeMeta{Kind: "Pod", APIVersion: "v1"},
		ObjectMeta: metav1.ObjectMeta{
			Name: name, GenerateName: set + "-", Namespace: namespace, UID: uid(r), CreationTimestamp: created, Generation: 1,
			Labels:      map[string]string{"app": app, "pod-template-hash": hash, "tier": []string{"web", "api", "db"}[i%3]},
			Annotations: map[string]string{"prometheus.io/scrape": "true", "checksum/config": fmt.Sprintf("%064x", r.Uint64())},
			OwnerReferences: []metav1.OwnerReference{{
				APIVersion: "apps/v1", Kind: "ReplicaSet", Name: set, UID: owner, Controller: &yes, BlockOwnerDeletion: &yes}},
			ManagedFields: []metav1.ManagedFieldsEntry{
				{Manager: "kube-controller-manager", Operation: "Update", APIVersion: "v1", Time: &created, FieldsType: "FieldsV1",
					FieldsV1: &metav1.FieldsV1{Raw: fmt.Appendf(nil, createdFields, owner)}},
				{Manager: "kubelet", Operation: "Update", APIVersion: "v1", Time: &created, FieldsType: "FieldsV1", Subresource: "status",
					FieldsV1: &metav1.FieldsV1{Raw: fmt.Appendf(nil, statusFields, ip)}},
			},
		},
		Spec: w.spec(nodeName(node), image),
		Status: corev1.PodStatus{
			Phase: corev1.PodRunning, QOSClass: corev1.PodQOSBurstable, StartTime: &created,
			HostIP: host, HostIPs: []corev1.HostIP{{IP: host}}, PodIP: ip, PodIPs: []corev1.PodIP{{IP: ip}},
			Conditions: []corev1.PodCondition{
				condition("PodReadyToStartContainers", true), condition(corev1.PodInitialized, true), condition(corev1.PodReady, ready),
				condition(corev1.ContainersReady, ready), condition(corev1.PodScheduled, true),
			},
			ContainerStatuses: []corev1.ContainerStatus{{
				Name: "main", Ready: ready, Started: &ready, RestartCount: restarts, State: state, LastTerminationState: last,
				Image: image, ImageID: image + fmt.Sprintf("@sha256:%064x", service), ContainerID: fmt.Sprintf("containerd://%064x", i),
			}},
		},
	}
	if i%401 == 0 && i%97 != 0 {
		pod.Status.Phase = corev1.PodPending
	}
	return entry{"/registry/pods/" + namespace + "/" + name, pod}
}

func (w world) spec(node, image string) corev1.PodSpec {
	yes := true
	grace := int64(30)
	seconds := int64(300)
	tokenSeconds := int64(3607)
	mode := int32(0o644)
	return corev1.PodSpec{
		NodeName: node, ServiceAccountName: "default", DeprecatedServiceAccount: "default", RestartPolicy: corev1.RestartPolicyAlways,
		DNSPolicy: corev1.DNSClusterFirst, SchedulerName: "default-scheduler", SecurityContext: &corev1.PodSecurityContext{},
		EnableServiceLinks: &yes, TerminationGracePeriodSeconds: &grace,
		Containers: []corev1.Container{{
			Name: "main", Image: image, ImagePullPolicy: corev1.PullIfNotPresent,
			Ports: []corev1.ContainerPort{{Name: "http", ContainerPort: 8080, Protocol: corev1.ProtocolTCP}},
			Env:   []corev1.EnvVar{{Name: "LOG_LEVEL", Value: "info"}, {Name: "REGION", Value: "eu-central"}},
			Resources: corev1.ResourceRequirements{
				Limits:   corev1.ResourceList{"cpu": resource.MustParse("500m"), "memory": resource.MustParse("512Mi")},
				Requests: corev1.ResourceList{"cpu": resource.MustParse("100m"), "memory": resource.MustParse("128Mi")},
			},
			LivenessProbe: &corev1.Probe{
				ProbeHandler:  corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/healthz", Port: intstr.FromInt32(8080), Scheme: "HTTP"}},
				PeriodSeconds: 10, TimeoutSeconds: 1, SuccessThreshold: 1, FailureThreshold: 3,
			},
			TerminationMessagePath: "/dev/termination-log", TerminationMessagePolicy: corev1.TerminationMessageReadFile,
			VolumeMounts: []corev1.VolumeMount{{Name: "kube-api-access", MountPath: "/var/run/secrets/kubernetes.io/serviceaccount", ReadOnly: true}},
		}},
		Volumes: []corev1.Volume{{Name: "kube-api-access", VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{
			DefaultMode: &mode,
			Sources:     []corev1.VolumeProjection{{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{Path: "token", ExpirationSeconds: &tokenSeconds}}},
		}}}},
		Tolerations: []corev1.Toleration{
			{Key: "node.kubernetes.io/not-ready", Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute, TolerationSeconds: &seconds},
			{Key: "node.kubernetes.io/unreachable", Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute, TolerationSeconds: &seconds},
		},
	}
}
