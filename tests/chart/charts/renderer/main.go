// Renders a chart with what Helm renders it with: Go's templates and the functions of sprig.
//
//	renderer values CHART FILE...               the chart's values, merged with those of the files, as JSON
//	renderer render CHART RELEASE NAMESPACE     what the chart makes of the values on the standard input, as JSON
//
// Not Helm: neither a cluster to look things up in, nor subcharts, nor the order in which hooks run.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

type object = map[string]interface{}

type result struct {
	Objects []object `json:"objects"`
	Notes   string   `json:"notes"`
}

func main() {
	var output interface{}
	var err error
	switch arguments := os.Args[1:]; {
	case len(arguments) >= 2 && arguments[0] == "values":
		output, err = values(arguments[1], arguments[2:])
	case len(arguments) == 4 && arguments[0] == "render":
		output, err = render(arguments[1], arguments[2], arguments[3])
	default:
		err = errors.New("usage: renderer values CHART FILE... | renderer render CHART RELEASE NAMESPACE")
	}
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(output)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func values(chart string, files []string) (object, error) {
	merged, err := load(filepath.Join(chart, "values.yaml"))
	for _, file := range files {
		var more object
		if err == nil {
			more, err = load(file)
			merge(merged, more)
		}
	}
	return merged, err
}

func load(path string) (object, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parse(path, string(text))
}

// Strict: a key that is there twice is a mistake.
func parse(path, text string) (object, error) {
	parsed := object{}
	if err := yaml.UnmarshalStrict([]byte(text), &parsed); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", path, err, text)
	}
	return parsed, nil
}

// Like Helm: mappings are merged, null takes away, anything else replaces.
func merge(into, from object) {
	for key, value := range from {
		inner, isObject := value.(object)
		old, wasObject := into[key].(object)
		switch {
		case value == nil:
			delete(into, key)
		case isObject && wasObject:
			merge(old, inner)
		default:
			into[key] = value
		}
	}
}

func render(chart, release, namespace string) (*result, error) {
	input, err := io.ReadAll(os.Stdin)
	if err != nil {
		return nil, err
	}
	values := object{}
	if err := json.Unmarshal(input, &values); err != nil {
		return nil, err
	}
	about, err := load(filepath.Join(chart, "Chart.yaml"))
	if err != nil {
		return nil, err
	}
	context := object{
		"Values":  values,
		"Chart":   object{"Name": about["name"], "Version": about["version"], "AppVersion": about["appVersion"]},
		"Release": object{"Name": release, "Namespace": namespace, "Service": "Helm"},
	}
	templates, names, err := templates(filepath.Join(chart, "templates"))
	if err != nil {
		return nil, err
	}
	made := &result{Objects: []object{}}
	for _, name := range names {
		text := strings.Builder{}
		if err := templates.ExecuteTemplate(&text, name, context); err != nil {
			return nil, err
		}
		rendered := strings.ReplaceAll(text.String(), "<no value>", "")
		if name == "NOTES.txt" {
			made.Notes = rendered
			continue
		}
		for _, document := range strings.Split("\n"+rendered, "\n---") {
			one, err := parse(name, document)
			if err != nil {
				return nil, err
			}
			if len(one) > 0 {
				made.Objects = append(made.Objects, one)
			}
		}
	}
	return made, nil
}

// The templates of a folder, and the names of those that make something.
func templates(folder string) (*template.Template, []string, error) {
	all := template.New("chart").Option("missingkey=zero")
	functions := sprig.TxtFuncMap()
	delete(functions, "env")
	delete(functions, "expandenv")
	functions["include"] = func(name string, data interface{}) (string, error) {
		text := strings.Builder{}
		err := all.ExecuteTemplate(&text, name, data)
		return text.String(), err
	}
	functions["required"] = func(message string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return nil, errors.New(message)
		}
		return value, nil
	}
	all.Funcs(functions)
	files, err := os.ReadDir(folder)
	if err != nil {
		return nil, nil, err
	}
	names := []string{}
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(folder, file.Name()))
		if err == nil {
			_, err = all.New(file.Name()).Parse(string(text))
		}
		if err != nil {
			return nil, nil, err
		}
		if !strings.HasPrefix(file.Name(), "_") {
			names = append(names, file.Name())
		}
	}
	sort.Strings(names)
	return all, names, nil
}
