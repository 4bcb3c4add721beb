"""All that a check may import, and nothing else."""

from collections.abc import Iterable, Iterator

from cnlint.checking import check
from cnlint.findings import Finding, Related, Severity, related
from cnlint.knowledge.builds import Build, build
from cnlint.knowledge.capabilities import capability_power, manages_networks
from cnlint.knowledge.code_roles import is_auxiliary, is_command_line, is_for_development, named_for_development, serves
from cnlint.knowledge.commands import program, slept, unwrapped
from cnlint.knowledge.datastores import (
    Datastore,
    datastore,
    datastore_by_name,
    datastore_of,
    datastore_started,
    is_datastore,
    may_be_datastore,
    may_hold_datastore,
    plain_name,
    sounds_like_datastore,
)
from cnlint.knowledge.debug_switches import debugs, is_false, is_true
from cnlint.knowledge.debuggers import debugger_options, open_debugger
from cnlint.knowledge.dependency_groups import development_dependencies, installs_default_groups, prunes_development_dependencies
from cnlint.knowledge.development_servers import development_server
from cnlint.knowledge.host_networking import belongs_to_the_node
from cnlint.knowledge.hosts import host_of, is_example_host, leads_elsewhere
from cnlint.knowledge.images import (
    brings_no_healthcheck,
    distribution_family,
    drops_privileges,
    is_all_in_one,
    is_distroless,
    is_floating,
    official_name,
    runs_as_root,
    split_reference,
)
from cnlint.knowledge.inits import may_signal_all
from cnlint.knowledge.installs import CONSTRAINTS, unpinned
from cnlint.knowledge.kubernetes import RemovedApi, is_system_namespace, release, removed_api
from cnlint.knowledge.lasting_paths import is_passing
from cnlint.knowledge.lock_enforcement import Loose, enforces_by_configuration, loose
from cnlint.knowledge.log_collectors import LOG_PACKAGES, collects_logs
from cnlint.knowledge.log_handlers import as_stream_handler, without_handler
from cnlint.knowledge.migrations import may_lock, migration, seeding
from cnlint.knowledge.node_paths import is_harmless, is_of_the_machine, is_of_the_node, is_runtime_socket, works_with_socket
from cnlint.knowledge.package_managers import installed_ecosystem
from cnlint.knowledge.provided_variables import may_be_provided
from cnlint.knowledge.python_settings import database_kind, service_of
from cnlint.knowledge.runtime_variables import may_be_read_by_library
from cnlint.knowledge.runtimes import differ, pinned_version, refuses_newer, runtime_name
from cnlint.knowledge.secret_files import TRACKED_WITHOUT_SECRETS, secret_file
from cnlint.knowledge.secrets import is_reference, is_secret_name, opens_nothing
from cnlint.knowledge.servers import (
    DASH_IS_STDOUT,
    DETACHING_SETTINGS,
    LOG_OPTIONS,
    LOG_SETTINGS,
    Server,
    detaching,
    is_loopback,
    server_of,
    stays,
)
from cnlint.knowledge.service_variables import service_behind
from cnlint.knowledge.system_packages import installed_packages, package_name, system_packages
from cnlint.knowledge.version_ranges import leaves_room
from cnlint.model.change import Add, AppendLine, Change, EditCode, EditCommand, Remove, Set
from cnlint.model.cloud import (
    Attribute,
    BackingService,
    CloudResource,
    TerraformAssignment,
    TerraformModule,
    TerraformOutput,
    TerraformSecret,
    TerraformVariable,
)
from cnlint.model.command import Command, Invocation, Redirect, Word
from cnlint.model.facts import Crash, Facts, Problem, UnusedIgnore
from cnlint.model.image import BuildMount, IgnoreRules, ImageBuild, ImageVariable, Instruction, Stage
from cnlint.model.module import (
    Connection,
    Constant,
    EnvRead,
    FileWrite,
    Import,
    Listen,
    LogSink,
    Module,
    OutboundCall,
    ProcessState,
    Schedule,
    SchemaChange,
    ServiceUrl,
    Setting,
    SettingList,
    SignalHandler,
    SystemTool,
    Upload,
)
from cnlint.model.objects import (
    Autoscaler,
    Backend,
    Claim,
    ConfigEntry,
    ConfigObject,
    Declared,
    DisruptionBudget,
    Exposure,
    LimitRange,
    NetworkPolicy,
    ServicePort,
    Utilization,
    VerticalAutoscaler,
)
from cnlint.model.pipeline import BuildStep, Pipeline
from cnlint.model.project import (
    Checkout,
    Dependency,
    DependencyManifest,
    DeployConfig,
    EnvFile,
    LockFile,
    ProcessType,
    Program,
    RuntimePin,
    Script,
    ServerConfig,
    ServerSetting,
    StateFile,
)
from cnlint.model.system import (
    Component,
    EnvSample,
    Leading,
    Led,
    ListenPort,
    MissedTarget,
    Multiple,
    Process,
    Repository,
    SettingsChain,
    SignalKeeper,
    System,
    Target,
    VariableRead,
)
from cnlint.model.workload import (
    BuildRef,
    Capability,
    Container,
    DependsOn,
    EnvSource,
    EnvVar,
    HealthCheck,
    ImageRef,
    Label,
    Mount,
    Port,
    Resources,
    Selector,
    Volume,
    Workload,
    container_name,
)
from cnlint.patterns import lazy
from cnlint.repository.address_ports import Misled, misled
from cnlint.repository.addresses import Unresolved, unresolved
from cnlint.repository.backing_services import ServiceInstance, drifting, service_instances
from cnlint.repository.boot_migrations import boot_migrations
from cnlint.repository.buffering import held_back
from cnlint.repository.code_mounts import is_named_for_development, mounts_over_code
from cnlint.repository.context import brings, is_context
from cnlint.repository.debug_ports import unheard_debug_ports
from cnlint.repository.deploy_handles import DeployHandle, deploy_handles
from cnlint.repository.divided_secrets import DividedSecret, divided_secrets
from cnlint.repository.elsewhere import outside_context
from cnlint.repository.embedded_databases import EmbeddedDatabase, embedded_database
from cnlint.repository.entry_modules import entry_module
from cnlint.repository.environments import is_demanded, lacks, may_be_set, near_misses
from cnlint.repository.generated_keys import GeneratedKey, generated_keys
from cnlint.repository.hand_installs import installed_by_hand
from cnlint.repository.health import checked_elsewhere, dependants, image_has_no_healthcheck, stages_have_no_healthcheck
from cnlint.repository.health_answers import unasked
from cnlint.repository.health_tools import base_of, effective_checks, missing_tool
from cnlint.repository.image_tags import tag_drifts
from cnlint.repository.installs import Unlocked, default_groups, unlocked_installs
from cnlint.repository.kept_uploads import kept_upload
from cnlint.repository.listening import heard, hears_none_of, told_by
from cnlint.repository.local_caches import counted_in_cache, local_cache, memory_limiters
from cnlint.repository.local_dependencies import outside_dependencies
from cnlint.repository.log_files import is_log_file, is_uncollected, log_file_settings, log_files, printed_instead
from cnlint.repository.lost_writes import lost_writes
from cnlint.repository.misread_switches import WrittenOff, written_off
from cnlint.repository.missing_dockerfiles import lacks_dockerfile, meant_dockerfile
from cnlint.repository.mounted_paths import may_be_mounted
from cnlint.repository.postgres_volumes import missed_data
from cnlint.repository.probe_paths import asked_paths
from cnlint.repository.process_types import unstarted
from cnlint.repository.pushes import pushed_images
from cnlint.repository.released_stages import released_by_default
from cnlint.repository.requests import missing_amounts
from cnlint.repository.roles import (
    deployed_stages,
    is_of_a_service,
    lasting_program,
    may_be_for_development,
    may_be_of_the_node,
    serves_traffic,
    stays_up,
)
from cnlint.repository.runtimes import Runtime, runtime_of, untested
from cnlint.repository.schedulers import has_beat, is_of_service, may_lock_jobs, repeated_schedules, schedules_jobs
from cnlint.repository.served_routes import answering, asked_dependencies, nearest_route
from cnlint.repository.service_kinds import KindDrift, kind_drifts
from cnlint.repository.shared_databases import SharedDatabase, shared_databases
from cnlint.repository.shared_volumes import SharedVolume, shared_volumes
from cnlint.repository.signals import ignoring_script
from cnlint.repository.startup_order import may_wait, unordered
from cnlint.repository.system_tools import missing_tools
from cnlint.repository.target_gaps import TargetGap, target_gaps
from cnlint.repository.unread_variables import UnreadVariable, unread_variables
from cnlint.repository.unwritable_paths import unwritable
from cnlint.source import Span
from cnlint.syntax.dockerignore import is_ignored
from cnlint.values import Items, Secret, Value
