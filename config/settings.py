"""Settings: one table (name, type, default, help, secret), read from config/local.toml and the environment.

The environment wins (`HUIYING_<NAME>`), then the file, then the default. An unknown key is an error. Nothing is
read at import. This module is the only reader of the environment.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from records.errors import ConfigError

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "config"
LOCAL = TABLES / "local.toml"
PREFIX = "HUIYING_"

Value = str | int | float | bool
KINDS: Mapping[type, str] = {str: "文字", int: "整数", float: "数字", bool: "是否 (true 或 false)"}
"""What a value must be, in the words of a message."""
OWN_TABLES = ("sources",)
"""Tables an operator may keep beside the settings: `[sources.NAME]`, checked by config.sources."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One row of the table; the default's type is the setting's type."""

    name: str
    default: Value
    help: str
    secret: bool = False

    @property
    def kind(self) -> type:
        """The type a value must have."""
        return type(self.default)


SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="body",
        default="",
        help="本机关全称, 如 槐汀市人民政府办公室; 议题按它的管辖判断“是不是我们的”",
    ),
    Setting(name="region", default="", help="本机关管辖的行政区划代码 (六位), 例如地级市 990100"),
    Setting(
        name="data_dir", default="var", help="运行时写入的一切所在的文件夹 (相对路径以项目根为准)"
    ),
    Setting(
        name="host", default="127.0.0.1", help="网页绑定地址; 登录功能完成以前只允许本机回环地址"
    ),
    Setting(name="port", default=8501, help="网页端口; 被占用时用下一个空闲端口"),
    Setting(name="replay_seconds", default=115, help="示例周回放用多少秒走完"),
    Setting(name="poll_seconds", default=300, help="各来源默认的采集间隔 (秒); 来源表可单独设定"),
    Setting(name="min_free_gb", default=2.0, help="磁盘剩余低于多少 GB 时暂停采集并说明"),
    Setting(name="mail_server", default="", help="发送提醒的 SMTP 服务器 主机:端口; 空 = 不发邮件"),
    Setting(name="mail_user", default="", help="SMTP 用户名"),
    Setting(
        name="mail_password",
        default="",
        help="SMTP 密码; 只从环境变量或 0600 的文件读取",
        secret=True,
    ),
    Setting(name="mail_from", default="", help="发件地址"),
    Setting(name="mail_to", default="", help="收件地址, 逗号分隔"),
    Setting(name="mail_tls", default=True, help="是否使用 STARTTLS"),
    Setting(
        name="weibo_cookie", default="", help="微博样式搜索用的、操作者自己的 Cookie", secret=True
    ),
    Setting(name="shared", default="", help="训练与检测用的真实材料文件夹; 运行时不需要"),
)


class Settings(Mapping[str, Value]):
    """The settings in force, by name; `source(name)` tells where a value came from."""

    def __init__(self, values: Mapping[str, Value], sources: Mapping[str, str]) -> None:
        self._values = dict(values)
        self._sources = dict(sources)

    def __getitem__(self, name: str) -> Value:
        return self._values[name]

    def __iter__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204 - Mapping's own signature
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def source(self, name: str) -> str:
        """Return `default`, `file` or `environment`."""
        return self._sources.get(name, "default")

    def text(self, name: str) -> str:
        """Return a text setting."""
        return str(self._values[name])

    def number(self, name: str) -> float:
        """Return a numeric setting."""
        return float(self._values[name])

    def folder(self) -> Path:
        """Return the data folder as an absolute path."""
        return (ROOT / self.text("data_dir")).resolve()


def load(*, file: Path | None = LOCAL, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings. Raises ConfigError with file, line and allowed values when something is wrong."""
    environ = os.environ if environ is None else environ  # noqa: TID251 - the one reader of the environment
    values: dict[str, Value] = {row.name: row.default for row in SETTINGS}
    sources: dict[str, str] = {}
    if file is not None and file.exists():
        for name, value in read_toml(file).items():
            if name in OWN_TABLES:
                continue
            values[name] = _checked(_row(name, file), value, file)
            sources[name] = "file"
    for row in SETTINGS:
        found = _from_environment(row, environ)
        if found is not None:
            values[row.name] = found
            sources[row.name] = "environment"
    return Settings(values, sources)


def _row(name: str, file: Path) -> Setting:
    for row in SETTINGS:
        if row.name == name:
            return row
    allowed = "、".join((*(row.name for row in SETTINGS), "[sources.来源名] 段"))
    raise ConfigError(
        f"没有名为 {name} 的设置; 可用的有 {allowed}", file=file, line=_place(file, name)
    )


def _place(file: Path, name: str) -> int | None:
    """Return the line of a setting, or of the head of a table that bears its name."""
    lines = file.read_text(encoding="utf-8").splitlines()
    heads = (f"{name}=", f"[{name}]", f"[{name}.", f"[[{name}]]")
    found = (n for n, line in enumerate(lines, 1) if line.replace(" ", "").startswith(heads))
    return next(found, line_of(file, name))


def _checked(row: Setting, value: object, file: Path) -> Value:
    if row.kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is row.kind:
        return value  # type: ignore[return-value]
    shown = "(不显示)" if row.secret else repr(value)
    raise ConfigError(
        f"设置 {row.name} 应是{KINDS[row.kind]}, 现在是 {shown}",
        file=file,
        line=_place(file, row.name),
    )


def _from_environment(row: Setting, environ: Mapping[str, str]) -> Value | None:
    text = environ.get(PREFIX + row.name.upper())
    path = environ.get(PREFIX + row.name.upper() + "_FILE") if row.secret else None
    if text is None and path:
        try:
            text = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ConfigError(f"读不到存放 {row.name} 的文件 {path}: {error.strerror}") from error
    if text is None:
        return None
    return _parsed(row, text)


def _parsed(row: Setting, text: str) -> Value:
    try:
        if row.kind is bool:
            return {"1": True, "true": True, "0": False, "false": False}[text.lower()]
        return row.kind(text)  # type: ignore[no-any-return]
    except (KeyError, ValueError) as error:
        shown = "(不显示)" if row.secret else repr(text)
        raise ConfigError(
            f"环境变量 {PREFIX}{row.name.upper()} 应是{KINDS[row.kind]}, 现在是 {shown}"
        ) from error


def read_toml(file: Path) -> dict[str, object]:
    """Read a TOML file; a syntax error or unreadable file becomes one ConfigError with its line."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        line = getattr(error, "lineno", None) or _line_in(str(error))
        raise ConfigError(f"不是合法的 TOML: {error}", file=file, line=line) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"读不出来: {error}", file=file) from error


def _line_in(message: str) -> int | None:
    head = message.partition("at line ")[2].split(",")[0]
    return int(head) if head.isdigit() else None


def line_of(file: Path, needle: str) -> int | None:
    """Return the first line of `file` that begins with `needle` or holds it, for messages."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    for number, line in enumerate(lines, 1):
        if line.strip().startswith(needle):
            return number
    return next((number for number, line in enumerate(lines, 1) if needle in line), None)
