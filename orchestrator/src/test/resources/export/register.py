"""Registers exports at an endpoint of AWS, as ecspresso and ecschedule do, and prints what the endpoint then has.

    register.py ENDPOINT DIRECTORY...

botocore checks each request against the model of the API before it sends it. One line of JSON for each service and rule.
"""

import json
import os
import re
import sys

import boto3
import yaml

REGION = 'eu-west-1'


def filled(text, variables):
    """Fills in a template as the tools do. A placeholder that is not known is a mistake."""
    def value(match):
        function, argument, braces = match.groups()
        if braces:
            return '{{'
        if function == 'secretsmanager_arn':
            return 'arn:aws:secretsmanager:%s:123456789012:secret:%s-06XQOH' % (REGION, argument)
        return variables[argument]
    text = re.sub(r'\{\{ (must_env|secretsmanager_arn) `([^`]+)` \}\}|\{\{`(\{\{)`\}\}', value, text)
    return text


def read(directory, path, variables):
    with open(os.path.join(directory, path), encoding='utf-8') as source:
        return filled(source.read(), variables)


def register(directory, clients, vpc):
    ecs, elb, events = clients
    name = os.path.basename(directory)
    variables = {'AWS_REGION': REGION, 'ECS_CLUSTER': name,
                 'EXECUTION_ROLE_ARN': 'arn:aws:iam::123456789012:role/execution'}
    ecs.create_cluster(clusterName=name)
    if os.path.exists(os.path.join(directory, 'target-group.json')):
        group = json.loads(read(directory, 'target-group.json', variables))
        group['Name'] = name
        made = elb.create_target_group(VpcId=vpc, **group)
        variables['TARGET_GROUP_ARN'] = made['TargetGroups'][0]['TargetGroupArn']
    for part in sorted(each for each in os.listdir(directory) if os.path.isdir(os.path.join(directory, each))):
        settings = yaml.safe_load(read(directory, part + '/ecspresso.yml', variables))
        task = json.loads(read(directory, part + '/' + settings['task_definition'], variables))
        service = json.loads(read(directory, part + '/' + settings['service_definition'], variables))
        arn = ecs.register_task_definition(**task)['taskDefinition']['taskDefinitionArn']
        ecs.create_service(cluster=settings['cluster'], serviceName=settings['service'], taskDefinition=arn, **service)
        found = ecs.describe_services(cluster=name, services=[settings['service']])['services'][0]
        definition = ecs.describe_task_definition(taskDefinition=found['taskDefinition'])['taskDefinition']
        print(json.dumps({
            'app': name, 'service': found['serviceName'], 'desired': found['desiredCount'],
            'image': definition['containerDefinitions'][0]['image'],
            'command': definition['containerDefinitions'][0].get('command', []),
            'balanced': len(found['loadBalancers'])}))
    if os.path.exists(os.path.join(directory, 'ecschedule.yml')):
        for rule in yaml.safe_load(read(directory, 'ecschedule.yml', variables))['rules']:
            events.put_rule(Name=rule['name'], ScheduleExpression=rule['scheduleExpression'],
                            State='DISABLED' if rule.get('disabled') else 'ENABLED', Description=rule['description'])
            ecs.describe_task_definition(taskDefinition=rule['taskDefinition'])
            found = events.describe_rule(Name=rule['name'])
            print(json.dumps({'app': name, 'rule': found['Name'], 'state': found['State']}))


def main(endpoint, directories):
    os.environ.update(AWS_ACCESS_KEY_ID='AKIDTEST', AWS_SECRET_ACCESS_KEY='secret', AWS_EC2_METADATA_DISABLED='true')
    clients = [boto3.client(service, region_name=REGION, endpoint_url=endpoint)
               for service in ('ecs', 'elbv2', 'events', 'ec2')]
    vpc = clients.pop().create_vpc(CidrBlock='10.0.0.0/16')['Vpc']['VpcId']
    for directory in directories:
        register(directory, clients, vpc)


main(sys.argv[1], sys.argv[2:])
