"""What the store's commands do: make, tell, back up, restore and export the data of a desk."""

import hashlib
import json
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

from config.desk import Desk
from records.clock import SystemClock, beijing
from records.errors import UsageError, WorkFailed
from store.codec import plain
from store.interface import Found, Query
from store.open import CORPUS, LEDGER, audit_key_file, open_corpus, open_ledger
from store.sqlite_backup import copy, fault, settle
from store.sqlite_library import library
from store.text import masked

FILES = (CORPUS, LEDGER)
MANIFEST = "manifest.json"
ACTOR, ROLE = "命令行", "system_admin"
HEALTH: Mapping[str, str] = {
    "idle": "未采集",
    "ok": "正常",
    "unreachable": "不可达",
    "blocked": "被拒绝",
    "login_needed": "需要登录",
    "changed": "改版",
    "empty": "没有内容",
    "off": "停用",
}
FEW = 10
"""Fewer documents of individuals than this are not counted out: a group of one is a person (guardrail G03)."""


def setup(desk: Desk) -> None:
    """Make both stores and say where they are."""
    with closing(open_corpus(desk)), closing(open_ledger(desk)):
        pass
    print(f"数据文件夹: {desk.folder}{' (示例数据)' if desk.sample else ''}")
    print(f"语料库: {CORPUS} · 台账: {LEDGER} · SQLite {library().sqlite_version}")


def migrate(desk: Desk) -> None:
    """Bring both stores to the current schema; opening them does it."""
    with closing(open_corpus(desk)) as corpus, closing(open_ledger(desk)) as ledger:
        versions = [str(getattr(store, "schema_version", "")) for store in (corpus, ledger)]
    print(f"语料库结构 {versions[0]} · 台账结构 {versions[1]} · 都已是当前结构")


def status(desk: Desk, *, as_json: bool = False, check: bool = False) -> None:
    """Say what is held, how the sources are, and (asked to) whether files and audit chain are whole."""
    told = _status(desk)
    faults = _faults(desk) if check else []
    if as_json:
        print(json.dumps({**told, "faults": faults}, ensure_ascii=False, default=plain))
    else:
        _print_status(told)
        if check:
            print("检查: " + ("；".join(faults) or "文件与审计链完好"))
    if faults:
        raise WorkFailed("数据检查没有通过: " + "；".join(faults))


def _status(desk: Desk) -> dict[str, Any]:
    with closing(open_corpus(desk)) as corpus, closing(open_ledger(desk)) as ledger:
        return {
            "folder": str(desk.folder),
            "sample": desk.sample,
            "sqlite": library().sqlite_version,
            "bytes": {
                name: sum(part.stat().st_size for part in desk.folder.glob(f"{name}*"))
                for name in FILES
            },
            "free_bytes": shutil.disk_usage(desk.folder).free,
            "corpus": plain(corpus.counts()),
            "issues": len(ledger.issues()),
            "cases": len(ledger.cases()),
            "unsent": len(ledger.notifications(unsent=True, limit=10_000)),
            "sources": plain(corpus.sources()),
        }


def _print_status(told: dict[str, Any]) -> None:
    corpus = told["corpus"]
    print(f"数据文件夹: {told['folder']}{' (示例数据)' if told['sample'] else ''}")
    print(f"SQLite {told['sqlite']} · 磁盘剩余 {told['free_bytes'] / 2**30:.1f} GB")
    for name, size in told["bytes"].items():
        print(f"{name}: {size / 2**20:.1f} MB")
    print(
        f"文档 {corpus['documents']} (待研判 {corpus['unscored']}, 待归并 {corpus['unplaced']}, "
        f"搁置 {corpus['rejected']}) · 话题 {corpus['events']} · 最新 {corpus['newest'] or '无'}"
    )
    print(f"议题 {told['issues']} · 回应事项 {told['cases']} · 待发提醒 {told['unsent']}")
    for state in told["sources"]:
        print(f"来源 {state['source']}: {HEALTH[state['health']]} {state['said']}".rstrip())


def _faults(desk: Desk) -> list[str]:
    found = [said for name in FILES if (said := fault(desk.folder / name))]
    with closing(open_ledger(desk)) as ledger:
        broken = ledger.verify_audit()
    return [*found, broken] if broken else found


# -- backup and restore ------------------------------------------------------------------------------------------------


def backup(desk: Desk, folder: Path | None = None) -> Path:
    """Copy both stores while they are in use into a new folder, checked, with a manifest and without any key."""
    now = SystemClock().now()
    target = folder or desk.folder / "backups" / f"{beijing(now):%Y%m%d-%H%M%S}"
    with closing(open_corpus(desk)), closing(open_ledger(desk)) as ledger:
        part = _new_folder(target)
        for name in FILES:
            copy(desk.folder / name, part / name)
            settle(part / name)
        manifest = {
            "made_at": now.isoformat(),
            "sample": desk.sample,
            "sha256": {name: _sha256(part / name) for name in FILES},
        }
        (part / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        part.rename(target)
        ledger.append_audit(
            actor=ACTOR,
            role=ROLE,
            action="store.backup",
            subject=target.name,
            detail=json.dumps(manifest["sha256"]),
            at=now,
        )
    # Only this one file: the daily salts beside it must be destroyed, a kept copy would make people traceable.
    print(f"已备份到 {target}; 审计密钥不在其中, 请另行保管 {audit_key_file(desk)} (只这一个文件)")
    return target


def _new_folder(target: Path) -> Path:
    """Make the folder in which the backup grows; it takes its name only when it is whole."""
    if target.exists():
        raise UsageError(f"{target} 已经存在, 请换一个文件夹")
    part = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
    except OSError as error:
        raise UsageError(f"建不了文件夹 {target}: {error.strerror}") from error
    return part


def _sha256(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def restore(desk: Desk, folder: Path, *, force: bool = False) -> None:
    """Bring a backup back. Refuses to overwrite unless forced; whoever has the stores open goes on with the new content."""
    manifest = _manifest(folder)
    if manifest.get("sample") != desk.sample:
        raise UsageError("示例数据与正式数据不能互相恢复")
    desk.prepare()
    present = [name for name in FILES if (desk.folder / name).exists()]
    if present and not force:
        raise UsageError(
            f"{desk.folder} 里已有数据 ({'、'.join(present)}); 要覆盖请加 --force, 建议先 backup"
        )
    for name in FILES:
        _bring_back(folder / name, desk.folder / name)
    with closing(open_corpus(desk)) as corpus, closing(open_ledger(desk)) as ledger:
        ledger.append_audit(
            actor=ACTOR,
            role=ROLE,
            action="store.restore",
            subject=folder.name,
            detail=json.dumps(manifest["sha256"]),
            at=SystemClock().now(),
        )
        broken = ledger.verify_audit()
        print(f"已从 {folder} 恢复: 文档 {corpus.counts().documents}, 议题 {len(ledger.issues())}")
    if broken:
        raise WorkFailed(f"数据已恢复, 但{broken}")


def _manifest(folder: Path) -> dict[str, Any]:
    """Return a backup's manifest. Raises UsageError when it is none, WorkFailed when a file is not what it says."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        wrong = [name for name in FILES if _sha256(folder / name) != manifest["sha256"][name]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{folder} 不是完整的备份文件夹, 请选 backup 命令建立的文件夹") from error
    if wrong:
        raise WorkFailed(f"备份里的 {'、'.join(wrong)} 与清单不符, 可能已损坏, 没有恢复")
    return manifest


def _bring_back(source: Path, target: Path) -> None:
    """Write a copy over the file in use; a file too damaged for that is set aside first."""
    if target.exists():
        said = fault(target)
        if said is None:
            copy(source, target)
            return
        print(f"{said}; 已改名为 {target.name}.broken", file=sys.stderr)
        for end in ("", "-wal", "-shm"):
            old = target.with_name(target.name + end)
            if old.exists():
                old.replace(target.with_name(f"{target.name}.broken{end}"))
    copy(source, target)


# -- export ------------------------------------------------------------------------------------------------------------


def export(desk: Desk, out: Path | None = None) -> None:
    """Write what institutions published, with its judgements, as JSON Lines; of individuals only counts a platform."""
    now = SystemClock().now()
    with closing(open_corpus(desk)) as corpus, closing(open_ledger(desk)) as ledger:
        ledger.append_audit(
            actor=ACTOR,
            role=ROLE,
            action="store.export",
            subject=str(out or "-"),
            detail="",
            at=now,
        )
        individuals: Counter[str] = Counter()
        written, after = 0, None
        with _output(out) as lines:
            while True:
                page = corpus.search(Query(), limit=500, after=after)
                for hit in page.hits:
                    if hit.document.source_class == "individual":
                        individuals[hit.document.platform] += 1
                        continue
                    lines.write(_line(hit))
                    written += 1
                after = page.after
                if after is None:
                    break
            for platform, count in sorted(individuals.items()):
                shown = count if count >= FEW else f"<{FEW}"
                told = {"individuals": {"platform": platform, "documents": shown}}
                lines.write(json.dumps(told, ensure_ascii=False) + "\n")
    print(f"已导出 {written} 篇; 个人发布的 {sum(individuals.values())} 篇只计数", file=sys.stderr)


def _line(hit: Found) -> str:
    document = plain(hit.document)
    # The daily pseudonym says nothing outside and personal numbers are masked in every output.
    del document["voice"]
    document |= {name: masked(document[name]) for name in ("title", "text")}
    said = json.dumps(
        {
            "document": document,
            "score": plain(hit.score),
            "placement": plain(hit.placement),
        },
        ensure_ascii=False,
    )
    return said + "\n"


@contextmanager
def _output(out: Path | None) -> Iterator[IO[str]]:
    if out is None:
        yield sys.stdout
        return
    try:
        handle = out.open("x", encoding="utf-8")
    except FileExistsError:
        raise UsageError(f"{out} 已经存在, 请换一个文件名") from None
    except OSError as error:
        raise UsageError(f"写不了 {out}: {error.strerror}") from error
    with handle:
        yield handle
