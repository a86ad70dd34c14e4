"""Spellings of messages on a phone, by language; used where the articles do not know the word."""

from collections.abc import Mapping

# What each stands for; words that say nothing to a search stand for nothing.
_TEXTING = {
    "fr": """
        pk pourquoi, pq pourquoi, pkoi pourquoi, pcq parce que, pck parce que, cmt comment,
        cmnt comment, koi quoi, kel quel, kan quand, kand quand, qd quand, svp, stp, slt, bjr,
        bsr, cc, mrc, mci, dsl, tlm tout le monde, qqn quelqu'un, qqch quelque chose, qq quelque,
        bcp beaucoup, tjs toujours, tjr toujours, tjrs toujours, jms jamais, mtn maintenant,
        ajd aujourd'hui, auj aujourd'hui, dem demain, rdv rendez-vous, pb problème,
        pbm problème, prob problème, pbs problèmes, tel téléphone, num numéro, adr adresse,
        mdp mot de passe, cb carte bancaire, appart appartement, info information,
        infos informations, rmb remboursement, remb remboursement, cmd commande, abo abonnement,
        ds dans, ac avec, av avec, ss sans, vs vous, ns nous, ts tous, tt tout, tte toute, dc donc, pa pas,
        ms mais, pr pour, pdt pendant, apt appartement, chgt changement, dde demande, ya il y a, jsuis je suis, chui je suis, sui suis, jveux je veux,
        jpeux je peux, jdois je dois, jme je me, keske qu'est-ce que, kesk qu'est-ce que, kes qu'est-ce
    """,
    "en": """
        u, ur, r, y why, pls, plz, thx, tnx, ty, tks, hlp help, msg message, msgs messages,
        acc account, acct account, pw password, pwd password, passwd password, pass password,
        addr address, adr address, tel telephone, fone phone, mob mobile, num number, nbr number,
        info information, infos information, qty quantity, amt amount, pymt payment, pmt payment,
        appt appointment, asap, b4 before, gr8 great, l8 late, l8r later, 2day today,
        2moro tomorrow, 2nite tonight, tmrw tomorrow, yest yesterday, cuz because, coz because,
        bcz because, bcoz because, wanna, wann, gonna, gotta, dunno, cn, abt about, btw, wht,
        wt, hw, wen, wud, cud, shud, wat, wats, dis this, dat that, gud good, nt not, nd, frm from,
        del delivery, dlvry delivery, recd received, rcvd received, cust customer, svc service,
        sub subscription, subs subscription, temp temperature, mins minutes, hrs hours,
        wks weeks, yrs years, w with, wo without
    """,
}


def _read(table: str) -> Mapping[str, str]:
    pairs = (entry.split(maxsplit=1) for entry in table.replace("\n", " ").split(","))
    return {typed: " ".join(meant) for typed, *meant in pairs}


TEXTING: Mapping[str, Mapping[str, str]] = {name: _read(text) for name, text in _TEXTING.items()}
