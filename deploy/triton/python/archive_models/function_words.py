"""Words that carry grammar rather than matter, as drivers/embedded/models/function-words.ts lists them."""

from .words import hashes_of

_LISTS = (
    # English
    """a about above after again all also am an and any are as at be because been before being below between both but by
   can cannot could did do does doing down during each few for from further get got had has have having he her here
   hers herself him himself his how i if in into is it its itself just let me more most my myself no nor not now of off
   on once only or other our ours out over own per please re same she should so some such than that the their theirs
   them themselves then there these they this those through to too under until up upon us very was we were what when
   where which while who whom why will with would you your yours yourself dont im its ive youre thats cant wont didnt
   doesnt isnt arent werent wasnt couldnt wouldnt shouldnt havent hasnt hadnt may might must shall theres thats whats
   heres hes shes ill youll well theyll theyre weve theyve lets id youd wed one ones two going go goes went gone gonna
   really lot lots much many even still well back see say says said tell know think make makes made give take come get
   gets getting got put way thing things something anything everything nothing someone anyone everyone else another
   every nobody better always never ever since while though although however also too yes yeah ok okay""",
    # German
    """aber als am an auch auf aus bei bin bis da das dass dem den der des die dies diese dieser doch durch ein eine einem
   einen einer es er fur haben hat ich ihr im in ist ja kann mich mir mit nach nicht noch nur oder sehr sich sie sind
   so um und uns vom von vor war was wenn werden wie wir wird zu zum zur uber""",
    # French
    """au aux avec ce ces cette dans de des du elle en est et eux il ils je la le les leur lui ma mais me meme mes moi mon
   ne nos notre nous on ou par pas pour qu que qui sa se ses son sur ta te tes toi ton tu un une vos votre vous""",
    # Spanish, Portuguese, Italian
    """al como con del desde el ella ellos era es esta este ha hay la las lo los mas me mi muy no nos o para pero por que
   se ser si sin sobre son su sus te tu un una uno y ya com da das do dos em essa isso mais mas nao na nas os pela pelo
   seu sua um uma voce che di e gli il non per piu sono""",
    # Dutch
    """aan al bij dan dat de deze die dit door een en er het hij hoe ik in is je kan maar met mijn naar niet nog of om ook
   op over te tot uit van voor was wat we wel wij ze zijn zo zou""",
)

FUNCTION_WORDS = frozenset().union(*(hashes_of(each) for each in _LISTS))
