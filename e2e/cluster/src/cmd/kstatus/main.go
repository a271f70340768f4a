// Command kstatus says what kstatus, and so Flux and kpt, think of Kubernetes objects:
// it reads a JSON array of them and prints a line for each.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

func main() {
	log.SetFlags(0)
	var objects []map[string]any
	decoder := json.NewDecoder(os.Stdin)
	if err := decoder.Decode(&objects); err != nil {
		log.Fatalf("kstatus: the input is no JSON array of objects: %v", err)
	}
	for _, object := range objects {
		result, err := status.Compute(&unstructured.Unstructured{Object: whole(object).(map[string]any)})
		if err != nil {
			log.Fatalf("kstatus: %v", err)
		}
		fmt.Println(result.Status)
	}
}

// whole makes numbers what an API server's client makes of them: whole ones are int64.
func whole(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			v[key] = whole(inner)
		}
	case []any:
		for i, inner := range v {
			v[i] = whole(inner)
		}
	case float64:
		if v == float64(int64(v)) {
			return int64(v)
		}
	}
	return value
}
