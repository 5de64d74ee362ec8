"""Documents of the catalogue: plain data for pure tests, and versions imported through the room's own door."""

import json
from copy import deepcopy
from pathlib import Path

from app.catalogue import document_kinds, service
from app.catalogue.files import Document, read
from app.core.transaction import transaction

SEED = Path(service.__file__).parent / "seed"
_CLASS = {
    "code": "T01",
    "code_system": "test",
    "kind": "event",
    "local_code": "01",
    "name": "测试类",
    "major": "测试",
    "source": "example",
    "evidence": {"report": 1, "finish": 1, "check": 1, "source": "example"},
    "conditions": [
        {
            "condition": "1",
            "text": "有问题",
            "closure": "没有问题",
            "source": "example",
            "limits": {
                "A": {"work_minutes": 240, "source": "example"},
                "B": {"work_days": 1, "source": "example"},
                "C": {"calendar_days": 3, "source": "example"},
            },
        }
    ],
    "routes": [{"when": {"area": ["A"]}, "lead": "D-ONE", "assist": ["township"]}, {"lead": "township"}],
}


def class_content(**changes):
    """The plain data of a complete class."""
    return {**deepcopy(_CLASS), **changes}


def case_class(**changes):
    """A complete class as the frozen object."""
    content = class_content(**changes)
    return document_kinds.load(Document("class", content["code"], content, f"class[{content['code']}]"))


def seed_documents():
    """Everything we ship."""
    return read([SEED])


def seed_catalogue():
    """What we ship, as one catalogue, without a database."""
    return document_kinds.gather({(each.kind, each.code): document_kinds.load(each) for each in seed_documents()})


def import_seed():
    """Import what we ship, valid from now."""
    with transaction():
        return service.import_files([SEED], by="test")


def documents_file(folder, *rows, name="changes.yaml"):
    """A file of documents, each (kind, code, content), as `export` writes it (JSON is YAML)."""
    path = Path(folder) / name
    documents = [{"kind": kind, "code": code, "content": content} for kind, code, content in rows]
    path.write_text(json.dumps({"documents": documents}, ensure_ascii=False), encoding="utf-8")
    return path


def seed_content(code, kind="class"):
    """A copy of one document we ship, to be changed."""
    return deepcopy(next(dict(each.content) for each in seed_documents() if (each.kind, each.code) == (kind, code)))
