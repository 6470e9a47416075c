"""`python -m config`: init (make config/local.toml) | check (read every table) | show (settings in force, secrets masked)."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from getpass import getpass
from pathlib import Path

from config.bodies import level_of_region
from config.channels import channels_of
from config.desk import Desk, open_desk
from config.pages import rules_page, settings_page
from config.roles import load_roles
from config.rulebook import load_rulebook, rulebook_of
from config.settings import LOCAL, SETTINGS, TABLES, Setting, Settings, load
from config.signs import load_signs
from config.sources import Source, load_sources, sources_of
from config.tables import load_bodies, load_regions, toml_text
from config.vocabulary import load_domains, load_lexicon
from records.errors import ConfigError, HuiyingError, UsageError

MASK = "******"
ASKED = (
    "body",
    "region",
    "mail_server",
    "mail_user",
    "mail_password",
    "mail_from",
    "mail_to",
    "weibo_cookie",
)
"""What init asks for, in this order; everything else keeps its default until the file is edited."""
SAID: Mapping[str, bool | None] = {
    "": None, "y": True, "yes": True, "是": True, "开": True, "n": False, "no": False, "否": False, "关": False,
}  # fmt: skip
"""What may be answered to a source: on, off, or (None) as shown."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    args = _parser().parse_args(arguments)
    try:
        run: Callable[[argparse.Namespace], int] = args.run
        return run(args)
    except HuiyingError as error:
        print(error, file=sys.stderr)
        return error.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m config", description="本机关的设置")
    commands = parser.add_subparsers(required=True, metavar="命令")
    init = commands.add_parser("init", help="一步一步写出 config/local.toml")
    init.add_argument("--file", type=Path, default=LOCAL, help="写到哪个文件")
    for name in ASKED:
        init.add_argument(f"--{name.replace('_', '-')}", dest=name, help=_setting(name).help)
    for name, what in (("on", "打开"), ("off", "关掉")):
        init.add_argument(
            f"--{name}", action="append", default=[], metavar="来源", help=f"{what}的来源, 可重复"
        )
    init.set_defaults(run=_init)
    check = commands.add_parser("check", help="检查全部设置和表")
    check.set_defaults(run=_check)
    show = commands.add_parser("show", help="显示生效的设置 (密码不显示)")
    show.add_argument("--page", choices=["settings", "rules"], help="输出一页文档")
    show.set_defaults(run=_show)
    return parser


def _setting(name: str) -> Setting:
    return next(row for row in SETTINGS if row.name == name)


# -- init


def _init(args: argparse.Namespace) -> int:
    file: Path = args.file
    if file.exists():
        raise UsageError(f"{file} 已经存在; 不会覆盖它, 请直接修改, 或先移走")
    given = {name: getattr(args, name) for name in ASKED if getattr(args, name) is not None}
    chosen = {**dict.fromkeys(args.on, True), **dict.fromkeys(args.off, False)}
    _check_sources(chosen)
    if "body" not in given or "region" not in given:
        if not sys.stdin.isatty():
            raise UsageError("没有终端可以提问: 请至少给出 --body 和 --region")
        given, chosen = _ask(given, chosen)
    _check_identity(given.get("body", ""), given.get("region", ""))
    _check_mail(given)
    write_private(file, render(given, chosen))
    print(f"已写好 {file} (仅本人可读写)。现在 make run 就采集真实来源。")
    return 0


def _ask(given: dict[str, str], chosen: dict[str, bool]) -> tuple[dict[str, str], dict[str, bool]]:
    """Ask step by step: body, region, sources, channels; an empty answer keeps what is shown."""
    print("第一步: 本机关")
    for name in ("body", "region"):
        given[name] = _answer(name, given.get(name, ""))
    print("第二步: 来源 (回车 = 照方括号里的, y = 开, n = 关)")
    for source in _shipped():
        chosen |= _choice(source, on=chosen.get(source.name, source.on))
    given["weibo_cookie"] = _answer("weibo_cookie", given.get("weibo_cookie", ""))
    print("第三步: 提醒 (邮件服务器留空 = 只在控制台提醒)")
    given["mail_server"] = _answer("mail_server", given.get("mail_server", ""))
    if given["mail_server"]:
        for name in ("mail_user", "mail_password", "mail_from", "mail_to"):
            given[name] = _answer(name, given.get(name, ""))
    return {name: value for name, value in given.items() if value}, chosen


def _shipped() -> tuple[Source, ...]:
    return load_sources(TABLES / "sources.toml").sources


def _choice(source: Source, *, on: bool) -> dict[str, bool]:
    """Ask whether a source is on; an empty answer keeps what is shown."""
    while True:
        said = input(f"  {source.title} [{'开' if on else '关'}] ").strip().lower()
        if said in SAID:
            wanted = SAID[said]
            return {source.name: on if wanted is None else wanted}
        print("  请回车, 或写 y (开)、n (关)")


def _answer(name: str, default: str) -> str:
    """Ask for one setting; a secret is typed unseen."""
    row = _setting(name)
    if row.secret:
        kept = " [已给出, 回车 = 不变]" if default else ""
        return getpass(f"  {row.help} (输入时不显示){kept}: ").strip() or default
    shown = f" [{default}]" if default else ""
    return input(f"  {row.help}{shown}: ").strip() or default


def _check_identity(body: str, region: str) -> None:
    if not body.strip():
        raise UsageError("body 不能为空: 请写本机关全称")
    if not (region.isdigit() and len(region) == 6):
        raise UsageError(f"region 应是六位行政区划代码, 现在是 {region!r}")


def _check_mail(given: dict[str, str]) -> None:
    if given.get("mail_server") and not (given.get("mail_from") and given.get("mail_to")):
        raise UsageError("给了 mail_server 就要同时给 mail_from 和 mail_to")


def _check_sources(chosen: Mapping[str, bool]) -> None:
    known = [source.name for source in _shipped()]
    wrong = sorted(set(chosen) - set(known))
    if wrong:
        raise UsageError(f"没有名为 {'、'.join(wrong)} 的来源; 可用的有 {'、'.join(known)}")


def render(given: Mapping[str, str], chosen: Mapping[str, bool]) -> str:
    """Return the text of config/local.toml; of the sources only those that the table has otherwise."""
    lines = [
        "# 本机关的设置; 由 python -m config init 写成。全部可用的设置见 docs/settings.md。",
        "",
    ]
    for name in ASKED:
        if given.get(name):
            lines += [f"# {_setting(name).help}", f"{name} = {toml_text(given[name])}", ""]
    for source in _shipped():
        on = chosen.get(source.name, source.on)
        if on != source.on:
            lines += [f"[sources.{source.name}]", f"on = {str(on).lower()}", ""]
    return "\n".join(lines)


def write_private(file: Path, text: str) -> None:
    """Write a new file that only its owner may read; never over an existing one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise UsageError(f"{file} 已经存在; 不会覆盖它") from error
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())


# -- check and show


def _check(_: argparse.Namespace) -> int:
    settings = load()
    desk = open_desk(settings)
    _check_identity(desk.body, desk.region)
    found = "、".join(f"{count} {what}" for what, count in _tables(desk).items())
    _check_secrets(settings)
    mode = "示例周" if desk.sample else "真实采集"
    print(f"设置和表都正确 ({mode}): {found}; 管辖层级 {level_of_region(desk.region)}")
    return 0


def _tables(desk: Desk) -> dict[str, int]:
    """Read every table of the desk through its checked reader; return how much each holds."""
    book = rulebook_of(desk)
    return {
        "个来源": len(sources_of(desk).sources),
        "个领域": len(load_domains(desk.table("topics.toml"))),
        "张征象词表": len(load_lexicon(desk.table("lexicon.toml"))),
        "张规则词表": len(load_signs(desk.table("signs.toml")).names),
        "条规则": len(book.rules),
        "个时钟": len(book.clocks),
        "个角色": len(load_roles(desk.table("roles.toml"))),
        "个提醒渠道": len(channels_of(desk)),
        "个自有区划": len(load_regions(desk.table("regions.toml"))),
        "个自有机关": len(load_bodies(desk.table("bodies.toml"))),
    }


def _check_secrets(settings: Settings) -> None:
    """Refuse a file with a secret in it that others may read."""
    held = [row.name for row in SETTINGS if row.secret and settings.source(row.name) == "file"]
    if held and LOCAL.exists() and LOCAL.stat().st_mode & 0o077:
        message = f"里面有 {'、'.join(held)}, 但别人也能读: 请 chmod 600 {LOCAL}"
        raise ConfigError(message, file=LOCAL)


def _show(args: argparse.Namespace) -> int:
    if args.page:
        page = settings_page() if args.page == "settings" else rules_page(load_rulebook())
        print(page, end="")
        return 0
    settings = load()
    for row in SETTINGS:
        value = settings[row.name]
        shown = MASK if row.secret and value else repr(value)
        print(f"{row.name} = {shown}  # {settings.source(row.name)}; {row.help}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
