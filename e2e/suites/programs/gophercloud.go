// Calls the functions that gophercloud has for images, and says of each check whether it held.
//
// It logs in as OS_* say. MEMBER_* are those of somebody in another project.
package main

import (
	"bytes"
	"fmt"
	"io/ioutil"
	"os"
	"reflect"
	"sort"
	"strings"
	"time"

	"github.com/gophercloud/gophercloud"
	"github.com/gophercloud/gophercloud/openstack"
	"github.com/gophercloud/gophercloud/openstack/imageservice/v2/imagedata"
	"github.com/gophercloud/gophercloud/openstack/imageservice/v2/imageimport"
	"github.com/gophercloud/gophercloud/openstack/imageservice/v2/images"
	"github.com/gophercloud/gophercloud/openstack/imageservice/v2/members"
	"github.com/gophercloud/gophercloud/pagination"
)

var data = []byte("what the image holds\n")

func logIn(prefix string) *gophercloud.ServiceClient {
	provider, err := openstack.AuthenticatedClient(gophercloud.AuthOptions{
		IdentityEndpoint: os.Getenv("OS_AUTH_URL"),
		Username:         os.Getenv(prefix + "USERNAME"),
		Password:         os.Getenv(prefix + "PASSWORD"),
		TenantName:       os.Getenv(prefix + "PROJECT_NAME"),
		DomainName:       "Default",
	})
	must(err)
	client, err := openstack.NewImageServiceV2(provider, gophercloud.EndpointOpts{Region: os.Getenv("OS_REGION_NAME")})
	must(err)
	return client
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func expect(actual, wanted interface{}) {
	if !reflect.DeepEqual(actual, wanted) {
		panic(fmt.Errorf("%v is not %v", actual, wanted))
	}
}

func check(name string, work func()) {
	defer func() {
		if why := recover(); why != nil {
			fmt.Printf("FAILED - %s: %s\n", name, strings.ReplaceAll(fmt.Sprint(why), "\n", " "))
		} else {
			fmt.Printf("ok - %s\n", name)
		}
	}()
	work()
}

func sorted(tags []string) []string {
	sort.Strings(tags)
	return tags
}

func expectNotFound(err error) {
	if _, is := err.(gophercloud.ErrDefault404); !is {
		panic(fmt.Errorf("%v is not the error of a 404", err))
	}
}

func main() {
	owner, other := logIn("OS_"), logIn("MEMBER_")
	otherProject := os.Getenv("MEMBER_PROJECT_ID")

	create := func(name string, tags ...string) *images.Image {
		shared := images.ImageVisibilityShared
		image, err := images.Create(owner, images.CreateOpts{
			Name: name, Tags: tags, ContainerFormat: "bare", DiskFormat: "raw", Visibility: &shared,
			Properties: map[string]string{"colour": "red"},
		}).Extract()
		must(err)
		return image
	}
	show := func(client *gophercloud.ServiceClient, id string) *images.Image {
		image, err := images.Get(client, id).Extract()
		must(err)
		return image
	}
	// The names that a list has, page by page.
	list := func(client *gophercloud.ServiceClient, options images.ListOpts) []string {
		names := []string{}
		must(images.List(client, options).EachPage(func(page pagination.Page) (bool, error) {
			found, err := images.ExtractImages(page)
			for _, image := range found {
				names = append(names, image.Name)
			}
			return true, err
		}))
		return names
	}
	change := func(id string, patches ...images.Patch) {
		_, err := images.Update(owner, id, images.UpdateOpts(patches)).Extract()
		must(err)
	}

	first, second := create("first", "a", "é", "a/b"), create("second", "a")
	id := first.ID
	check("images.Create with tags and a property", func() {
		expect(sorted(first.Tags), []string{"a", "a/b", "é"})
		expect(first.Properties["colour"], "red")
		expect(string(first.Status), "queued")
	})
	check("images.List of one tag, page by page", func() {
		expect(list(owner, images.ListOpts{Tags: []string{"a"}, Limit: 1, Sort: "name:desc"}), []string{"second", "first"})
	})
	check("images.List of images with both of two tags", func() {
		expect(list(owner, images.ListOpts{Tags: []string{"a", "é"}}), []string{"first"})
		expect(list(owner, images.ListOpts{Tags: []string{"a", "none"}}), []string{})
	})
	check("images.List by date, name, status and formats", func() {
		yesterday := images.ImageDateQuery{Date: time.Now().Add(-24 * time.Hour), Filter: images.FilterGTE}
		expect(list(owner, images.ListOpts{
			Name: "in:first,other", Status: "queued", DiskFormat: "raw", CreatedAtQuery: &yesterday,
		}), []string{"first"})
	})
	check("images.Update replaces the tags", func() {
		change(id, images.ReplaceImageTags{NewTags: []string{"b", "日本", "100%"}})
		expect(sorted(show(owner, id).Tags), []string{"100%", "b", "日本"})
		change(id, images.ReplaceImageTags{NewTags: []string{"b"}})
		expect(show(owner, id).Tags, []string{"b"})
		change(id, images.ReplaceImageTags{NewTags: []string{}})
		expect(show(owner, id).Tags, []string{})
	})
	check("images.Update of name, properties and minima", func() {
		change(id,
			images.ReplaceImageName{NewName: "renamed"},
			images.ReplaceImageMinDisk{NewMinDisk: 2},
			images.ReplaceImageMinRam{NewMinRam: 3},
			images.UpdateImageProperty{Op: images.AddOp, Name: "shape", Value: "round"},
			images.UpdateImageProperty{Op: images.RemoveOp, Name: "colour"},
		)
		image := show(owner, id)
		expect([]interface{}{image.Name, image.MinDiskGigabytes, image.MinRAMMegabytes}, []interface{}{"renamed", 2, 3})
		expect(image.Properties["shape"], "round")
		_, there := image.Properties["colour"]
		expect(there, false)
	})
	check("imagedata.Upload and Download", func() {
		must(imagedata.Upload(owner, id, bytes.NewReader(data)).ExtractErr())
		image := show(owner, id)
		expect([]interface{}{string(image.Status), image.SizeBytes}, []interface{}{"active", int64(len(data))})
		body, err := imagedata.Download(owner, id).Extract()
		must(err)
		got, err := ioutil.ReadAll(body)
		must(err)
		expect(string(got), string(data))
	})
	check("members.Create, List and Get", func() {
		made, err := members.Create(owner, id, otherProject).Extract()
		must(err)
		expect([]string{made.MemberID, made.Status}, []string{otherProject, "pending"})
		pages, err := members.List(owner, id).AllPages()
		must(err)
		found, err := members.ExtractMembers(pages)
		must(err)
		expect([]interface{}{len(found), found[0].MemberID}, []interface{}{1, otherProject})
		one, err := members.Get(owner, id, otherProject).Extract()
		must(err)
		expect(one.ImageID, id)
	})
	check("members.Update by the member, who lists the image then", func() {
		expect(list(other, images.ListOpts{Visibility: images.ImageVisibilityShared}), []string{})
		_, err := members.Update(other, id, otherProject, members.UpdateOpts{Status: "accepted"}).Extract()
		must(err)
		expect(list(other, images.ListOpts{Visibility: images.ImageVisibilityShared}), []string{"renamed"})
	})
	check("members.Delete", func() {
		must(members.Delete(owner, id, otherProject).ExtractErr())
		_, err := images.Get(other, id).Extract()
		expectNotFound(err)
	})
	check("imageimport.Get", func() {
		info, err := imageimport.Get(owner).Extract()
		must(err)
		expect(info.ImportMethods.Type, "array")
	})
	check("images.Delete, twice", func() {
		must(images.Delete(owner, id).ExtractErr())
		expectNotFound(images.Delete(owner, id).ExtractErr())
		must(images.Delete(owner, second.ID).ExtractErr())
	})
	fmt.Println("end")
}
