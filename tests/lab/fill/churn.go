package main

import (
	"bytes"
	"context"
	"log"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
)

// perTick pods change together, so that a thousand changes a second are twenty transactions.
const perTick = 50

// churn changes pods for a while, so many a second: each gets another restart count, one pod after the other.
func churn(store *clientv3.Client, world world, pods, rate int, duration time.Duration) {
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		log.Fatal(err)
	}
	encoder := protobuf.NewSerializer(scheme, scheme)
	ticker := time.NewTicker(time.Second * perTick / time.Duration(rate))
	defer ticker.Stop()
	end := time.After(duration)
	changed := 0
	for {
		select {
		case <-end:
			log.Printf("changed %d pods in %s", changed, duration)
			return
		case <-ticker.C:
		}
		var batch []clientv3.Op
		for range perTick {
			entry := world.pod(changed % pods)
			object := entry.object.(*corev1.Pod)
			object.Status.ContainerStatuses[0].RestartCount += int32(1 + changed/pods)
			var encoded bytes.Buffer
			if err := encoder.Encode(object, &encoded); err != nil {
				log.Fatal(err)
			}
			batch = append(batch, clientv3.OpPut(entry.key, encoded.String()))
			changed++
		}
		if _, err := store.Txn(context.Background()).Then(batch...).Commit(); err != nil {
			log.Fatal(err)
		}
	}
}
