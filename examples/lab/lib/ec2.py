"""Keeps the EC2 endpoint in step with the lab, by plain calls of EC2's query API.

usage: ec2.py ENDPOINT REGION sync NAME=ADDRESS=ZONE...      an instance for each host that has none
       ec2.py ENDPOINT REGION terminate|stop|start NAME      what EC2 knows of one

Instances are tagged Name, App, Role and Env and have the hosts' real addresses. Neighbouring addresses lie in
different zones, which no subnet could give, and moto never frees the address of a terminated instance: so each instance
gets a VPC of its own, all with the same range.
"""
import http.client
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ElementTree

IMAGE = "ami-1e749f67"               # one of those that the endpoint comes with
LIVE = ("pending", "running", "stopping", "stopped")


class Ec2:
    def __init__(self, endpoint, region):
        self.endpoint, self.region = endpoint, region

    def call(self, action, **parameters):
        words = {"Action": action, "Version": "2016-11-15"}
        words.update((name.replace("__", "."), value) for name, value in parameters.items())
        request = urllib.request.Request(self.endpoint, data=urllib.parse.urlencode(words).encode())
        # The endpoint takes the region from here and does not check the signature.
        request.add_header("Authorization", f"AWS4-HMAC-SHA256 Credential=lab/20260101/{self.region}/ec2/aws4_request, "
                                            "SignedHeaders=host, Signature=0")
        with urllib.request.urlopen(request, timeout=60) as answer:
            root = ElementTree.fromstring(answer.read())
        for element in root.iter():
            element.tag = element.tag.rpartition("}")[2]
        return root

    def instances(self):
        """Name -> (id, address, zone) of those not terminated."""
        found = {}
        root = self.call("DescribeInstances", Filter__1__Name="instance-state-name",
                         **{f"Filter__1__Value__{i}": state for i, state in enumerate(LIVE, 1)})
        for item in root.iterfind(".//instancesSet/item"):
            tags = {tag.findtext("key"): tag.findtext("value") for tag in item.iterfind("tagSet/item")}
            found[tags.get("Name")] = (item.findtext("instanceId"), item.findtext("privateIpAddress"),
                                       item.findtext("placement/availabilityZone"))
        return found

    def subnet(self, zone, network):
        vpc = self.call("CreateVpc", CidrBlock=network).findtext(".//vpcId")
        return self.call("CreateSubnet", VpcId=vpc, CidrBlock=network, AvailabilityZone=zone).findtext(".//subnetId")

    def run(self, name, address, zone, network):
        tags = {"Name": name, "App": "blog", "Role": "web", "Env": "lab"}
        parameters = {"TagSpecification__1__ResourceType": "instance"}
        for i, (key, value) in enumerate(tags.items(), 1):
            parameters[f"TagSpecification__1__Tag__{i}__Key"] = key
            parameters[f"TagSpecification__1__Tag__{i}__Value"] = value
        root = self.call("RunInstances", ImageId=IMAGE, InstanceType="t3.micro", MinCount=1, MaxCount=1,
                         SubnetId=self.subnet(zone, network), PrivateIpAddress=address, **parameters)
        return root.findtext(".//instanceId")


def sync(ec2, hosts):
    there = ec2.instances()
    for host in hosts:
        name, address, letter = host.split("=")
        if name not in there:
            ec2.run(name, address, ec2.region + letter, address.rpartition(".")[0] + ".0/24")


def change(ec2, verb, name):
    action = {"terminate": "TerminateInstances", "stop": "StopInstances", "start": "StartInstances"}[verb]
    there = ec2.instances()
    if name not in there:
        sys.exit(f"lab: EC2 knows no instance {name}")
    ec2.call(action, InstanceId__1=there[name][0])
    print(f"{name}: {there[name][0]} {verb}")


def main(endpoint, region, verb, *words):
    ec2 = Ec2(endpoint, region)
    for attempt in range(3):         # just started, it may yet drop a connection
        try:
            if verb == "sync":
                sync(ec2, words)
            else:
                change(ec2, verb, *words)
            return
        except urllib.error.HTTPError as error:
            sys.exit(f"lab: EC2 answered {error.code}: {error.read(400).decode('utf-8', 'replace')}")
        except (OSError, http.client.HTTPException) as error:
            if attempt == 2:
                sys.exit(f"lab: EC2 at {endpoint}: {error}")
            time.sleep(0.5)


if __name__ == "__main__":
    main(*sys.argv[1:])
