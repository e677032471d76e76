// Command fill writes pods, nodes and namespaces straight into an etcd, encoded as an API server
// stores them: 100,000 pods in seconds, where creating them through the API would take half an hour.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"log"
	"sync"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
)

const (
	// perTransaction stays below etcd's default limit of 128 operations.
	perTransaction = 100
	writers        = 8
)

// entry is one object and the key it is stored under.
type entry struct {
	key    string
	object runtime.Object
}

// path is where the API server has the object.
func (e entry) path() string {
	object := e.object.(*corev1.Pod)
	return "/api/v1/namespaces/" + object.Namespace + "/pods/" + object.Name
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("fill: ")
	pods := flag.Int("pods", 0, "how many pods")
	nodes := flag.Int("nodes", 1, "how many nodes the pods are spread over")
	namespaces := flag.Int("namespaces", 1, "how many namespaces the pods are spread over")
	first := flag.Int("first", 0, "number of the first pod: another value adds other pods")
	rate := flag.Int("churn", 0, "write nothing new, but change so many of the pods a second")
	duration := flag.Duration("for", 10*time.Second, "how long they change")
	endpoint := flag.String("etcd", "http://127.0.0.1:2379", "the etcd to write to")
	flag.Parse()
	if *nodes < 1 || *namespaces < 1 {
		log.Fatal("at least one node and one namespace are needed")
	}

	store, err := clientv3.New(clientv3.Config{Endpoints: []string{*endpoint}, DialTimeout: 10 * time.Second})
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()

	world := world{now: time.Now().UTC().Truncate(time.Second), nodes: *nodes, namespaces: *namespaces}
	if *rate > 0 {
		if *pods < 1 {
			log.Fatal("-churn needs -pods: how many there are")
		}
		churn(store, world, *pods, *rate, *duration)
		return
	}
	start := time.Now()
	write(store, *namespaces, func(i int) entry { return world.namespace(i) })
	write(store, *nodes, func(i int) entry { return world.node(i) })
	write(store, *pods, func(i int) entry { return world.pod(*first + i) })
	log.Printf("wrote %d pods, %d nodes, %d namespaces in %.1f s", *pods, *nodes, *namespaces, time.Since(start).Seconds())
	if *pods > 0 {
		// The caller can wait until the API server has seen this one.
		fmt.Println(world.pod(*first + *pods - 1).path())
	}
}

// write stores the objects 0..count, split among several writers.
func write(store *clientv3.Client, count int, make func(int) entry) {
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		log.Fatal(err)
	}
	encoder := protobuf.NewSerializer(scheme, scheme)
	var group sync.WaitGroup
	for writer := range writers {
		group.Go(func() {
			var batch []clientv3.Op
			flush := func() {
				if len(batch) == 0 {
					return
				}
				if _, err := store.Txn(context.Background()).Then(batch...).Commit(); err != nil {
					log.Fatal(err)
				}
				batch = batch[:0]
			}
			for i := writer; i < count; i += writers {
				entry := make(i)
				var encoded bytes.Buffer
				if err := encoder.Encode(entry.object, &encoded); err != nil {
					log.Fatal(err)
				}
				batch = append(batch, clientv3.OpPut(entry.key, encoded.String()))
				if len(batch) == perTransaction {
					flush()
				}
			}
			flush()
		})
	}
	group.Wait()
}
