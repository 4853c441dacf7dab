"""Who keeps code, who keeps papers, and which parts of an address only track: data, in one place.

A host stands for itself and for all below it.
"""

import re
from urllib.parse import unquote_plus, urlsplit


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Hosts of source code and of trained models: https://en.wikipedia.org/wiki/
# Comparison_of_source-code-hosting_facilities, and those that lists of papers link to.
CODE_HOSTS = _names("""
    github.com github.io githubusercontent.com gitlab.com gitlab.io gitee.com gitee.io
    bitbucket.org codeberg.org codeberg.page sr.ht sourceforge.net sourceforge.io launchpad.net
    savannah.gnu.org savannah.nongnu.org gitcode.com gitcode.net coding.net code.google.com
    git.io pypi.org npmjs.com crates.io cran.r-project.org hub.docker.com anaconda.org
    huggingface.co hf.co modelscope.cn openi.pcl.ac.cn openi.org.cn kaggle.com
    colab.research.google.com aistudio.baidu.com paperswithcode.com codeocean.com zenodo.org
    figshare.com osf.io replicate.com
""")
# A machine that runs a forge of its own is mostly called so.
_FORGE = re.compile(r"(?:git|gitlab|gitea|code|svn|hg)\.")

# Archives, proceedings, societies and publishers: where the venues that https://dblp.org and
# https://aclanthology.org index publish, and where Chinese journals do.
PAPER_HOSTS = _names("""
    arxiv.org alphaxiv.org papers.cool openreview.net doi.org dx.doi.org aclanthology.org
    aclweb.org acm.org ieee.org ieeecomputersociety.org computer.org springer.com springeropen.com
    nature.com science.org sciencemag.org sciencedirect.com elsevier.com cell.com wiley.com
    tandfonline.com oup.com cambridge.org direct.mit.edu plos.org pnas.org frontiersin.org mdpi.com
    hindawi.com iop.org aps.org aip.org acs.org rsc.org royalsocietypublishing.org sagepub.com
    worldscientific.com iospress.com karger.com thelancet.com bmj.com jamanetwork.com
    biomedcentral.com nips.cc neurips.cc iclr.cc icml.cc mlr.press jmlr.org thecvf.com ecva.net
    aaai.org ijcai.org
    usenix.org vldb.org isca-speech.org isca-archive.org interspeech2023.org roboticsproceedings.org
    ismir.net bmva.org bmvc2022.mpi-inf.mpg.de kdd.org sigir.org ndss-symposium.org iacr.org
    biorxiv.org medrxiv.org chemrxiv.org ssrn.com hal.science archives-ouvertes.fr techrxiv.org
    researchsquare.com preprints.org psyarxiv.com nih.gov europepmc.org semanticscholar.org
    researchgate.net dblp.org cnki.net wanfangdata.com.cn cqvip.com chinaxiv.org jos.org.cn
    jcip.cipsc.org.cn zenodo.org osf.io figshare.com transformer-circuits.pub distill.pub
    ceur-ws.org dagstuhl.de lrec-conf.org tsinghuajournals.com
""")
# huggingface.co/papers, openai.com/research, …: a page about a paper on a host of other things.
_PAPER_PATH = re.compile(
    r"\.pdf\b|/(?:papers?|pdf|publications?|research|proceedings)(?:[/-]|$)", re.I
)

# Campaign and click parameters: the general rules of https://docs.clearurls.xyz and of AdGuard's
# URL Tracking filter, and those of Chinese sites (spm: Alibaba, share_*: Bilibili and Zhihu).
_TRACKING = re.compile(
    r"utm_\w+|(?:fb|g|dc|ms|tw|yc|ttc|wbra|gbra)clid|_hs(?:enc|mi)|mc_[ce]id|mkt_tok|igshid|igsh"
    r"|spm|spm_id_from|share_(?:source|medium|plat|session_id|tag|times|token|from|id)"
    r"|vd_source|_openstat|yclid|hss_channel|vero_id|oly_(?:enc|anon)_id|ref_src|ref_url",
    re.I,
)
# An article of WeChat is known by these four, or by its path alone; its app adds the fragments.
_WECHAT = "mp.weixin.qq.com"
_WECHAT_KEEPS = frozenset(("__biz", "mid", "idx", "sn"))
_WECHAT_PATH = re.compile(r"/s/[\w-]+$")
_WECHAT_FRAGMENTS = frozenset(("rd", "wechat_redirect"))


def is_code(url: str) -> bool:
    """Whether an address may lead to code."""
    host = _host(url)
    return _is_below(host, CODE_HOSTS) or _FORGE.match(host) is not None or _is_relative(url)


def is_paper(url: str) -> bool:
    """Whether an address may lead to a paper."""
    return (
        _is_below(_host(url), PAPER_HOSTS)
        or _PAPER_PATH.search(url.partition("://")[2]) is not None
        or _is_relative(url)
    )


def without_tracking(url: str) -> tuple[str, list[str]]:
    """Return an address without what only tracks, and the names of what went."""
    rest, hash_sign, fragment = url.partition("#")
    path, _, query = rest.partition("?")
    if not path.lower().startswith(("http://", "https://")) or "&amp;" in query:
        return url, []
    parameters = [(_name(parameter), parameter) for parameter in query.split("&")]
    names = {name for name, _ in parameters}
    is_wechat = _host(path) == _WECHAT and (names >= _WECHAT_KEEPS or _WECHAT_PATH.search(path))
    gone = names - _WECHAT_KEEPS - {""} if is_wechat else set(filter(_TRACKING.fullmatch, names))
    if is_wechat and fragment in _WECHAT_FRAGMENTS:
        gone.add(f"#{fragment}")
        hash_sign = fragment = ""
    kept = "&".join(parameter for name, parameter in parameters if name not in gone)
    return f"{path}{'?' if kept else ''}{kept}{hash_sign}{fragment}", sorted(gone)


def _name(parameter: str) -> str:
    return unquote_plus(parameter.partition("=")[0])


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:  # brackets that hold no IPv6 address
        return ""


def _is_below(host: str, hosts: frozenset[str]) -> bool:
    labels = host.split(".")
    return any(".".join(labels[index:]) in hosts for index in range(len(labels) - 1))


def _is_relative(url: str) -> bool:
    """Whether an address leads into the list's own repository."""
    return "://" not in url and not url.startswith("//") and ":" not in url.partition("/")[0]
