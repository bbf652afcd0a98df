# Calls what fog has for images, and says of each check whether it held.
require "fog/openstack"
require "stringio"

DATA = "what the image holds\n"

def log_in(prefix)
  Fog::OpenStack::Image.new(
    openstack_auth_url: ENV["OS_AUTH_URL"],
    openstack_username: ENV["#{prefix}USERNAME"],
    openstack_api_key: ENV["#{prefix}PASSWORD"],
    openstack_project_name: ENV["#{prefix}PROJECT_NAME"],
    openstack_domain_name: "Default",
    openstack_region: ENV["OS_REGION_NAME"],
  )
end

def check(name)
  yield
rescue StandardError => error
  puts "FAILED - #{name}: #{error.class} #{error.message}".tr("\n", " ")
else
  puts "ok - #{name}"
end

def expect(actual, wanted)
  raise "#{actual.inspect} is not #{wanted.inspect}" unless actual == wanted
end

def refused(error)
  yield
rescue error
  nil
else
  raise "was not refused with #{error}"
end

owner = log_in("OS_")
other = log_in("MEMBER_")
other_project = ENV["MEMBER_PROJECT_ID"]
image = owner.images.create(
  name: "fog", tags: %w[a], container_format: "bare", disk_format: "raw", visibility: "shared",
)
tags = -> { owner.images.get(image.id).tags.sort }

check("image.create with a tag") { expect([image.status, image.tags], ["queued", ["a"]]) }
check("image.add_tags and remove_tag") do
  image.add_tags(["b", "c%20d"])
  expect(tags.call, ["a", "b", "c d"])
  image.remove_tag("b")
  image.remove_tag("c%20d")
  expect(tags.call, ["a"])
end
check("image.remove_tag of a tag that is gone") { refused(Fog::OpenStack::Image::NotFound) { image.remove_tag("b") } }
check("image.update replaces the tags") do
  image.update(tags: %w[x y], name: "renamed")
  expect([tags.call, owner.images.get(image.id).name], [%w[x y], "renamed"])
end
check("images.all by tag and by name") do
  expect(owner.images.all(tag: "x").map(&:id), [image.id])
  expect(owner.images.all(tag: "a").to_a, [])
  expect(owner.images.find_by_name("renamed").map(&:id), [image.id])
end
check("image.upload_data and download_data") do
  image.upload_data(StringIO.new(DATA))
  expect([owner.images.get(image.id).status, image.download_data], ["active", DATA])
end
check("image.deactivate and reactivate") do
  image.deactivate
  expect(owner.images.get(image.id).status, "deactivated")
  image.reactivate
  expect(owner.images.get(image.id).status, "active")
end
check("image.add_member, members, update_member and remove_member") do
  image.add_member(other_project)
  expect(image.members.map { |each| each["member_id"] }, [other_project])
  other.update_image_member(image.id, "member_id" => other_project, "status" => "accepted")
  expect(image.members.map { |each| each["status"] }, ["accepted"])
  expect(other.images.all(visibility: "shared").map(&:id), [image.id])
  image.remove_member(other_project)
  expect(image.members, [])
end
check("images.get of another's image") { expect(other.images.get(image.id), nil) }
check("image.destroy, twice") do
  image.destroy
  refused(Fog::OpenStack::Image::NotFound) { image.destroy }
end
puts "end"
