"""Command-line tools that build and push images, and which of their options take a value.

Sources: <https://docs.docker.com/reference/cli/docker/buildx/build/>, <https://docs.docker.com/reference/cli/docker/image/push/>,
<https://docs.podman.io/en/latest/markdown/podman-build.1.html>,
<https://github.com/containers/buildah/blob/main/docs/buildah-build.1.md>,
<https://github.com/containerd/nerdctl/blob/main/docs/command-reference.md>,
<https://github.com/GoogleContainerTools/kaniko#additional-flags>, <https://docs.depot.dev/cli/reference/depot-build>
"""

from __future__ import annotations

CLIENTS = frozenset({"docker", "podman", "nerdctl", "buildah", "depot", "docker-buildx"})
KANIKO = "executor"
"""The program of kaniko's image, `/kaniko/executor`."""

BUILDS = (("build",), ("buildx", "build"), ("image", "build"), ("builder", "build"), ("buildx", "b"), ("bud",))
PUSHES = (("push",), ("image", "push"))
TAGS = (("tag",), ("image", "tag"))

WITHOUT_VALUE = frozenset(
    """--no-cache --pull --push --load --rm --force-rm -q --quiet --compress --squash -D --debug --check --layers --squash-all --disable-compression
    --tls-verify --no-hosts --all-platforms --all-tags -a --disable-content-trust --save --lint""".split()
)
"""Options of these tools that stand alone; all others take a value, behind `=` or as the next word."""

INPUTS = {
    **dict.fromkeys(("context", "buildcontext", "dockercontext", "dockerbuildcontext"), "context"),
    **dict.fromkeys(("file", "dockerfile", "dockerfilepath", "dockerfilename", "containerfile"), "file"),
    **dict.fromkeys(("target", "buildtarget", "dockertarget"), "target"),
    **dict.fromkeys(("image", "imagename", "imagenames", "images", "dockerimagename", "dockerimage", "imagetags"), "images"),
}
"""What actions and reusable workflows of other repositories call their inputs, without hyphens: by habit, none of it is a standard."""

ORBS = {"circleci/docker": ("image", "docker-context"), "circleci/aws-ecr": ("repo", "build-path")}
"""CircleCI's orbs that build images, with their parameters for name and context (underscores are hyphens); `path` and `dockerfile` both have.
<https://github.com/CircleCI-Public/docker-orb/blob/master/src/commands/build.yml>,
<https://github.com/CircleCI-Public/aws-ecr-orb/blob/master/src/commands/build_and_push_image.yml>"""
