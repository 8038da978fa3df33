"""What offices write above their columns, in French, German and English, and what each column holds.

Names are plain (no accents, small letters), divided by a bar. The export of the directory names its columns as here.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

HEADERS: Mapping[str, str] = {
    "name": "name|nom|raison sociale|firma|firmenname|firmenbezeichnung|company|company name|entreprise|unternehmen"
    "|nom de l entreprise|nom entreprise|nom de la societe|societe|denomination|nom raison sociale|raison sociale nom"
    "|organisation|organization|nom de l organisation|name der firma|name des unternehmens|unternehmensname|betrieb"
    "|organisation name|name of company",
    "uid": "uid|ide|numero ide|no ide|n ide|uid nr|uid nummer|unternehmensnummer|uid number|ide uid|uid ide|numero uid"
    "|no uid|n uid|uid no|firmennummer",
    "register_number": "chid|ch id|numero rc|no rc|n rc|handelsregisternummer|register number|ehraid ch|hr nummer|hr nr"
    "|numero du registre du commerce|handelsregister nr|commercial register number",
    "legal_form": "legal form code|legal form|forme juridique|rechtsform|code forme juridique|rechtsform code",
    "address_extra": "care of|c o|complement|complement d adresse|adresszusatz|zusatz|address line 2|adresse 2|adresse 2e ligne"
    "|case postale|postfach|po box|address extra",
    "street": "street|rue|strasse|adresse|address|rue et numero|strasse und nummer|rue numero|rue no|rue n|rue et no"
    "|strasse nr|strasse hausnummer|adresse 1|address line 1|street and number|street address|domicile|adresse postale",
    "house_no": "house no|house number|numero|no|n|hausnummer|nr|hausnr|numero de rue|no de rue",
    "postcode": "zip|npa|plz|postcode|postleitzahl|code postal|zip code|postal code|numero postal|no postal",
    "locality": "town|localite|ort|ville|city|locality|ortschaft|lieu|npa localite|npa lieu|npa ville|code postal localite"
    "|plz ort|plz ortschaft|postleitzahl ort|zip city|zip town|postcode town|postcode locality|wohnort",
    "seat": "seat|siege|sitz|commune|gemeinde|municipality|municipalite|commune politique|politische gemeinde",
    "bfs": "bfs|ofs|bfs nr|bfs nummer|numero ofs|no ofs|n ofs|gemeindenummer|bfs number|numero de commune|municipality bfs",
    "purpose": "purpose|but|zweck|activite|activites|tatigkeit|tatigkeiten|description|beschreibung|but social|business"
    "|domaine d activite|domaines d activite|secteur d activite|tatigkeitsbereich|field of activity|activity",
    "noga": "noga|code noga|noga code|noga nr|noga 2025|noga 2008",
    "phone": "phone|telephone|telefon|tel|numero de telephone|no de telephone|n de telephone|no tel|n tel|tel no"
    "|telefonnummer|telefon nr|phone number|tel fixe|telephone fixe|tel central|telefon zentrale",
    "email": "email|e mail|courriel|mail|adresse e mail|adresse email|adresse mail|adresse electronique|e mail adresse"
    "|email adresse|mailadresse|mail adresse|email address|e mail address",
    "website": "website|site|site internet|webseite|web|internet|url|site web|adresse internet|internetadresse|homepage"
    "|web site|page web|www|internetseite",
    "noga_2": "noga 2|code noga 2|noga code 2|2e code noga|noga secondaire|code noga secondaire|noga 2 code|second noga"
    "|second noga code|zweiter noga code|noga nebentatigkeit",
    "noga_3": "noga 3|code noga 3|noga code 3|3e code noga|noga 3 code|third noga|third noga code|dritter noga code",
    "activities": "activities|codes noga|noga codes|autres codes noga|weitere noga codes|other noga codes",
    "capabilities": "capabilities|capability|savoir faire|competences|competence|capacites|technologies|procedes|procede"
    "|prestations|fahigkeiten|fahigkeit|kompetenzen|verfahren|technologien|know how|skills|processes|process|technology",
    "materials": "materials|material|matieres|matiere|materiaux|matieres travaillees|materialien|werkstoffe|werkstoff",
    "machines": "machines|machine|parc de machines|parc machines|maschinen|maschinenpark|machine park|equipment|equipements",
    "certificates": "certificates|certificate|certificats|certificat|certifications|certification|zertifikate|zertifikat"
    "|zertifizierungen|zertifizierung|normes|normen|iso",
    "kind": "kind|type d organisation|genre d organisation|nature de l organisation|organisationsart|organisationstyp"
    "|art der organisation|kind of organisation|type of organisation|organisation type|organization type",
    "size_class": "size|size class|taille|taille de l entreprise|classe de taille|effectif|effectifs|nombre d employes"
    "|nombre d employees|nb d employes|nb employes|nbre d employes|nombre de collaborateurs|nb collaborateurs"
    "|nb de collaborateurs|nombre de collaboratrices et collaborateurs|collaborateurs|employes|personnel|personnes employees"
    "|nombre d emplois|emplois|ept|grosse|betriebsgrosse|unternehmensgrosse|grossenklasse|mitarbeiter|mitarbeitende"
    "|anzahl mitarbeiter|anzahl mitarbeitende|anz mitarbeiter|anz mitarbeitende|mitarbeiterzahl|beschaftigte"
    "|anzahl beschaftigte|vollzeitstellen|vza|employees|number of employees|no of employees|staff|headcount|fte"
    "|people employed",
    "founded_year": "founded year|founded|founded in|year founded|year of foundation|foundation year|established"
    "|annee de fondation|annee fondation|fondation|fondee en|fonde en|date de fondation|annee de creation|date de creation"
    "|creation|creee en|grundungsjahr|grundung|gegrundet|gegrundet im jahr|jahr der grundung|grundungsdatum",
    "language": "language|langue|langue de correspondance|sprache|korrespondenzsprache|language of correspondence"
    "|correspondence language",
    "languages": "languages|langues|langues parlees|sprachen|gesprochene sprachen|languages spoken|spoken languages",
    "purpose_fr": "purpose fr|but fr|but francais|but en francais|activite fr|activite francais|activite en francais"
    "|activites fr|activites en francais|description fr|description francais|description francaise|description en francais"
    "|zweck fr|zweck franzosisch|beschreibung fr|beschreibung franzosisch|tatigkeit franzosisch|purpose french"
    "|description french",
    "purpose_de": "purpose de|but de|but allemand|but en allemand|activite de|activite allemand|activite en allemand"
    "|activites en allemand|description de|description allemand|description allemande|description en allemand|zweck de"
    "|zweck deutsch|beschreibung de|beschreibung deutsch|tatigkeit de|tatigkeit deutsch|tatigkeit auf deutsch"
    "|purpose german|description german",
    "purpose_en": "purpose en|but en|but anglais|but en anglais|activite en anglais|activite anglais|description en"
    "|description anglais|description anglaise|description en anglais|zweck en|zweck englisch|beschreibung en"
    "|beschreibung englisch|tatigkeit englisch|purpose english|description english",
    "contact": "contact|personne de contact|contact principal|contact person|main contact|contact name|kontakt"
    "|kontaktperson|hauptkontakt|ansprechperson|ansprechpartner|ansprechpartnerin|responsable|interlocuteur|interlocutrice"
    "|nom du contact|nom contact|nom de la personne de contact|kontaktname|name kontakt|name kontaktperson"
    "|name der kontaktperson|name ansprechperson|name ansprechpartner",
    "contact_first_name": "prenom|prenom du contact|prenom contact|contact prenom|vorname|vorname kontakt"
    "|vorname kontaktperson|kontakt vorname|vorname ansprechperson|first name|firstname|given name|contact first name",
    "contact_last_name": "nom de famille|contact nom|nachname|familienname|nachname kontakt|nachname kontaktperson"
    "|kontakt nachname|kontakt name|last name|lastname|surname|family name|contact last name",
    "contact_function": "fonction|fonction du contact|fonction contact|contact fonction|funktion|funktion kontakt"
    "|funktion kontaktperson|kontakt funktion|function|position|job title|role|contact function",
    "contact_email": "e mail du contact|email du contact|e mail contact|email contact|mail du contact|mail contact"
    "|contact e mail|contact email|courriel du contact|courriel contact|contact courriel|e mail direct|email direct"
    "|e mail kontakt|email kontakt|kontakt e mail|kontakt email|e mail kontaktperson|e mail ansprechperson|direct e mail"
    "|direct email|e mail personnel",
    "contact_phone": "telephone du contact|telephone contact|tel contact|tel du contact|contact telephone|contact tel"
    "|telephone direct|tel direct|ligne directe|natel|portable|mobile|telephone mobile|tel mobile|tel portable"
    "|telephone portable|handy|handynummer|mobiltelefon|mobilnummer|telefon kontakt|kontakt telefon|telefon direkt"
    "|tel direkt|direktwahl|telefon kontaktperson|direct phone|contact phone|mobile phone|cell phone",
    "lon": "lon|lng|long|longitude|longitude wgs84|wgs84 lon|langengrad|geografische lange|coordonnee e|coordonnees e"
    "|coord e|coordonnee x|coord x|coordonnee est|koordinate e|e koordinate|koordinate x|x koordinate|koordinate ost"
    "|e lv95|lv95 e|mn95 e|e mn95|x lv03|east|easting|east coordinate|coord est",
    "lat": "lat|latitude|latitude wgs84|wgs84 lat|breitengrad|geografische breite|coordonnee n|coordonnees n|coord n"
    "|coordonnee y|coord y|coordonnee nord|koordinate n|n koordinate|koordinate y|y koordinate|koordinate nord|n lv95"
    "|lv95 n|mn95 n|n mn95|y lv03|north|northing|north coordinate|coord nord",
}
LABELS: Mapping[str, Any] = {
    "name": _("name"),
    "uid": _("UID"),
    "register_number": _("number of the commercial register"),
    "legal_form": _("legal form"),
    "address_extra": _("additional address line"),
    "street": _("street"),
    "house_no": _("house number"),
    "postcode": _("postcode"),
    "locality": _("locality"),
    "seat": _("seat (municipality)"),
    "bfs": _("BFS number of the municipality"),
    "purpose": _("purpose"),
    "noga": _("NOGA code"),
    "phone": _("phone"),
    "email": _("e-mail"),
    "website": _("website"),
    "noga_2": _("second NOGA code"),
    "noga_3": _("third NOGA code"),
    "activities": _("activities"),
    "capabilities": _("capabilities"),
    "materials": _("materials"),
    "machines": _("machines"),
    "certificates": _("certificates"),
    "kind": _("kind"),
    "size_class": _("people employed"),
    "founded_year": _("founded in"),
    "language": _("language of correspondence"),
    "languages": _("languages spoken"),
    "purpose_fr": _("what they make (French)"),
    "purpose_de": _("what they make (German)"),
    "purpose_en": _("what they make (English)"),
    "contact": _("main contact"),
    "contact_first_name": _("main contact, first name"),
    "contact_last_name": _("main contact, last name"),
    "contact_function": _("main contact, function"),
    "contact_email": _("main contact, e-mail"),
    "contact_phone": _("main contact, phone"),
    "lon": _("longitude"),
    "lat": _("latitude"),
}
# What most files do not have: read, compared and written only where a file has such a column.
FURTHER = frozenset(list(LABELS)[list(LABELS).index("noga_2") :])
# By these columns a file is known as the directory's own export.
OURS = ("municipality_bfs", "activity_labels")
